import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { seededNumbers } from '../../test/seeded-numbers.ts';
import { normalQuantile } from '../distributions/normal-quantile.ts';
import { featureAssociation } from './feature-association.ts';

const rows = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -6, max: 6 })), {
  minLength: 1,
  maxLength: 60,
});

test('it has no direction: a feature the other way round tells as much', () => {
  fc.assert(
    fc.property(rows, (given) => {
      const diverged = given.map(([each]) => each);
      const one = featureAssociation({ values: given.map(([, value]) => value), diverged });
      const other = featureAssociation({ values: given.map(([, value]) => -value), diverged });
      assert.equal(one.reason, other.reason);
      if (one.strength === null) return;
      assertClose(one.strength, other.strength);
      assertClose(one.lower, other.lower, 1e-9);
      assertClose(one.upper, other.upper, 1e-9);
      assert.ok((one.lower ?? NaN) <= one.strength && one.strength <= (one.upper ?? NaN) + 1e-12);
      if (one.correlation !== null) assertClose(one.correlation, -(other.correlation ?? NaN));
    }),
  );
});

test('where 1% diverge, wholly because of a normal feature, the strength is 1 and the correlation 0.27', () => {
  const n = 10_000;
  const values = Array.from({ length: n }, (_, i) => normalQuantile((i + 0.5) / n));
  const diverged = values.map((_, place) => place >= n * 0.99);
  const { strength, lower, correlation, reason } = featureAssociation({ values, diverged });
  assert.equal(strength, 1);
  assert.ok((lower ?? 0) > 0.9);
  assertClose(correlation, 0.268, 0.002);
  assert.equal(reason, null);
});

test('of a feature that has nothing to do with it the interval begins at 0', () => {
  const next = seededNumbers(20_260_107);
  const values = Array.from({ length: 2_000 }, next);
  const { lower, strength } = featureAssociation({ values, diverged: values.map(() => next() < 0.05) });
  assert.equal(lower, 0);
  assert.ok((strength ?? 1) < 0.1);
});

test('where all diverge, or none, it is null; a constant feature has no correlation', () => {
  const none = featureAssociation({ values: [1, 2], diverged: [false, false] });
  assert.deepEqual([none.strength, none.lower, none.correlation], [null, null, null]);
  assert.match(none.reason ?? '', /all requests, or none/);
  assert.equal(featureAssociation({ values: [], diverged: [] }).reason, 'no request was compared');
  const constant = featureAssociation({ values: [3, 3], diverged: [true, false] });
  assert.deepEqual([constant.strength, constant.correlation], [0, null]);
  assert.match(constant.reason ?? '', /no correlation/);
});
