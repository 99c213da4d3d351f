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
    const numbers = divergingPair({ productionOutput: '0.0912345', shadowOutput: '17' });
    assert.deepEqual(saysOf(numbers, byNumber), ['0.0912', '17']);
    const documents = { productionOutput: null, shadowOutput: null };
    assert.deepEqual(saysOf(divergingPair(documents), byJson), ['approved', 'denied']);
    const differences = [
      { category: 'missing', path: '/limit', production: '5', shadow: null },
      { category: 'value', path: '/terms', production: '{"a":1', shadow: '"x"' }, // cut
    ];
    assert.deepEqual(saysOf(divergingPair({ ...documents, differences }), byJson), ['5 {"a":1', 'nothing x']);
  });

  test('of documents the difference is a JSON Patch, too, where both are at hand whole', () => {
    const bodies = { productionBody: Buffer.from('{"a":1,"b":[1]}'), shadowBody: Buffer.from('{"b":[1,2]}') };
    const patch = '[{"op":"remove","path":"/a"},{"op":"add","path":"/b/1","value":2}]';
    assert.equal(pairView(divergingPair(bodies), byJson).patch, patch);
    assert.equal(pairView(divergingPair(bodies), byClass).patch, null);
    const cut = divergingPair({ ...bodies, shadowBody: Buffer.from('{"b":[1,') });
    assert.equal(pairView(cut, byJson).patch, null);
  });

  test('without the score where a body is cut, or no config of ours names the experiment', () => {
    const cut = divergingPair({ productionBody: Buffer.from('{"decision":"appr') });
    assert.deepEqual(saysOf(cut, byClass), ['approved', 'denied 0.99']);
    assert.deepEqual(saysOf(divergingPair(), null), ['approved', 'denied']);
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
