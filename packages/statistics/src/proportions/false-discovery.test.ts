import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { benjaminiHochberg, benjaminiYekutieli } from './false-discovery.ts';

const pValues = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { maxLength: 40 });

test('the example of Benjamini and Hochberg: 4 of 15 are discoveries at 5%', () => {
  const published = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
    0.759, 1,
  ];
  const { adjusted } = benjaminiHochberg({ pValues: published });
  assert.equal(adjusted.filter((each) => each !== null && each <= 0.05).length, 4);
  assertClose(adjusted[3], (0.0095 * 15) / 4);
});

test('tests without a p value are carried on and don’t count', () => {
  for (const adjust of [benjaminiHochberg, benjaminiYekutieli]) {
    const without = adjust({ pValues: [0.01, 0.04] }).adjusted;
    assert.deepEqual(adjust({ pValues: [null, 0.01, null, 0.04] }).adjusted, [
      null,
      without[0],
      null,
      without[1],
    ]);
    assert.deepEqual(adjust({ pValues: [] }).adjusted, []);
  }
});

test('the order of tests doesn’t matter, no p value shrinks, and the order of p values stays', () => {
  fc.assert(
    fc.property(pValues, (given) => {
      for (const adjust of [benjaminiHochberg, benjaminiYekutieli]) {
        const { adjusted } = adjust({ pValues: given });
        assert.deepEqual(adjust({ pValues: given.toReversed() }).adjusted.toReversed(), adjusted);
        for (const [place, each] of adjusted.entries()) {
          const before = given[place] ?? null;
          if (before === null || each === null) assert.equal(each, before);
          else assert.ok(each >= before && each <= 1);
        }
        const known = given.flatMap((p, place) => (p === null ? [] : [[p, adjusted[place] ?? NaN] as const]));
        const rising = known.sort((a, b) => a[0] - b[0]).map(([, each]) => each);
        assert.deepEqual(
          rising,
          rising.toSorted((a, b) => a - b),
        );
      }
    }),
  );
});

test('a p value outside [0, 1] is refused', () => {
  assert.throws(() => benjaminiHochberg({ pValues: [1.5] }), RangeError);
  assert.throws(() => benjaminiYekutieli({ pValues: [NaN] }), RangeError);
});
