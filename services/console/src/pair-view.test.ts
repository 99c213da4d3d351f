import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { ComparisonConfig } from '@understudy/config';
import { divergingPair } from '../test/comparison.ts';
import { pairView } from './pair-view.ts';

const byClass: ComparisonConfig = { kind: 'class', label: '/decision', score: '/score' };
const byNumber: ComparisonConfig = {
  kind: 'number',
  value: '/score',
  absoluteTolerance: 0,
  relativeTolerance: 0,
};
const byJson: ComparisonConfig = { kind: 'json', ignore: [], numberTolerance: 0 };

function saysOf(...[pair, comparison]: Parameters<typeof pairView>): string[] {
  const { production, shadow } = pairView(pair, comparison);
  return [production.says, shadow.says];
}

suite('a pair in words', () => {
  test('by kind of comparison: label and score, number, or the values that differ', () => {
    assert.deepEqual(saysOf(divergingPair(), byClass), ['approved 0.0912', 'denied 0.99']);
    assert.deepEqual(saysOf(divergingPair(), byNumber), ['0.0912', '0.99']);
    assert.deepEqual(saysOf(divergingPair(), byJson), ['approved', 'denied']);
  });

  test('where a body is cut, encoded or unknown, by what the comparison found', () => {
    const cut = divergingPair({ productionBody: Buffer.from('{"decision":"appr') });
    assert.deepEqual(saysOf(cut, byClass), ['approved', 'denied 0.99']);
    assert.deepEqual(saysOf(divergingPair(), null), ['approved', 'denied']);
  });

  test('what one side lacks is nothing', () => {
    const differences = [{ category: 'missing', path: '/limit', production: '5', shadow: null }];
    assert.deepEqual(saysOf(divergingPair({ differences }), byJson), ['5', 'nothing']);
  });

  test('the request’s plain values are listed, within limits; a body of another kind has none', () => {
    const { fields, requestBody } = pairView(divergingPair(), byClass);
    assert.deepEqual(fields, [
      { name: 'applicant_id', value: 'a0123' },
      { name: 'self_employed', value: 'yes' },
      { name: 'debt_to_income', value: '0.31' },
    ]);
    assert.equal(JSON.parse(requestBody).debt_to_income, 0.31);
    const long = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`f${n}`, 'x'.repeat(999)]));
    const many = pairView(divergingPair({ requestBody: Buffer.from(JSON.stringify(long)) }), byClass).fields;
    assert.deepEqual([many.length, many[0]?.value.length], [24, 121]);
    const bytes = pairView(divergingPair({ requestBody: Buffer.from([0xff, 0xfe]) }), byClass);
    assert.deepEqual(bytes.fields, []);
    const nested = pairView(divergingPair({ requestBody: Buffer.from('{"a":{"b":1},"c":null}') }), byClass);
    assert.deepEqual(nested.fields, [{ name: 'c', value: 'null' }]);
  });
});
