import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { populationStabilityIndex } from '@understudy/statistics';
import { driftText } from './drift-text.ts';
import { featureDrift } from './feature-drift.ts';
import { matchFeatures } from './match-features.ts';
import { leavesOf } from '../init/json-leaves.ts';

/** 0 to 99, each as often. */
const even = (count: number, shift = 0): number[] =>
  Array.from({ length: count }, (_, n) => (n % 100) + shift);

suite('drift of a feature', () => {
  test('numbers that are the same are stable, and those that have moved have drifted', () => {
    const same = featureDrift('age', even(2_000), even(5_000));
    assert.deepEqual([same.kind, same.outcome, same.psi], ['number', 'stable', 0]);
    const moved = featureDrift('age', even(2_000), even(2_000, 30));
    assert.equal(moved.outcome, 'drifted');
    const edges = [10, 20, 30, 40, 50, 60, 70, 80, 90];
    const { psi, critical } = populationStabilityIndex({
      reference: even(2_000),
      current: even(2_000, 30),
      edges,
      confidence: 0.95,
    });
    assert.deepEqual([moved.psi, moved.critical], [psi, critical]);
    assert.ok((moved.pValue ?? 1) < 1e-10);
  });

  test('few values never pass, but can tell that something has moved', () => {
    assert.equal(featureDrift('age', even(2_000), even(999)).outcome, 'inconclusive');
    assert.match(
      featureDrift('age', even(2_000), even(999)).reason,
      /1,000 values on both sides, here are 999/,
    );
    assert.equal(featureDrift('age', even(2_000), even(500, 40)).outcome, 'drifted');
    const none = featureDrift('age', even(2_000), []);
    assert.deepEqual([none.outcome, none.psi, none.pValue], ['inconclusive', null, null]);
  });

  test('of many values a shift that is sure and of no matter is stable', () => {
    const small = featureDrift('age', even(100_000), [
      ...even(99_000),
      ...Array.from({ length: 4_000 }, () => 5),
    ]);
    assert.ok((small.psi ?? 0) > (small.critical ?? 1) && (small.psi ?? 1) < 0.1, JSON.stringify(small));
    assert.equal(small.outcome, 'stable');
  });

  test('classes, by hand: half of each against nine tenths and one', () => {
    const classes = (yes: number, no: number): string[] => [
      ...Array.from({ length: yes }, () => 'yes'),
      ...Array.from({ length: no }, () => 'no'),
    ];
    const found = featureDrift('single', classes(1_000, 1_000), classes(1_800, 200));
    const psi = (0.9 - 0.5) * Math.log(0.9 / 0.5) + (0.1 - 0.5) * Math.log(0.1 / 0.5);
    assert.deepEqual(
      [found.kind, found.outcome, found.psi?.toFixed(9)],
      ['class', 'drifted', psi.toFixed(9)],
    );
    const same = featureDrift('single', classes(1_000, 1_000), classes(600, 600));
    assert.deepEqual([same.outcome, same.pValue], ['stable', 1]);
  });

  test('a class that one side lacks counts, though the index merges it with another', () => {
    const training = Array.from({ length: 2_000 }, (_, n) => (n % 2 === 0 ? 'a' : 'b'));
    const current = Array.from({ length: 2_000 }, (_, n) => (n % 2 === 0 ? 'a' : 'c'));
    assert.equal(featureDrift('kind', training, current).outcome, 'drifted');
    assert.match(featureDrift('kind', training, current).reason, /^50\.0% of one side/);
    const onlyA = current.map(() => 'a');
    assert.equal(featureDrift('kind', training, onlyA).outcome, 'drifted');
    assert.equal(featureDrift('kind', ['a', 'b'], ['c', 'a']).outcome, 'inconclusive');
  });
});

test('columns are found by pointer, dotted path, or key', () => {
  const requests = [{ applicant: { age: 30, income: 5 }, age: 99 }, { applicant: { age: 31 } }, {}].map(
    leavesOf,
  );
  const training = new Map(['/applicant/age', 'applicant.age', 'income', 'target'].map((name) => [name, []]));
  assert.deepEqual(Object.fromEntries(matchFeatures(training, requests)), {
    '/applicant/age': [30, 31],
    'applicant.age': [30, 31],
    income: [5],
    target: [],
  });
});

test('a table of features, with what is wrong in words', () => {
  const lines = driftText([
    featureDrift('age', even(2_000), even(2_000, 30)),
    featureDrift('sex', ['a'], []),
  ]).split('\n');
  assert.match(lines[0] ?? '', /^feature +kind +training +current +PSI +critical +p +outcome$/);
  assert.match(
    lines[1] ?? '',
    /^age +number +2,000 +2,000 +\d\.\d{3} +\d\.\d{3} +\S+ +drifted: PSI \d\.\d{3} is above 0\.1/,
  );
  assert.match(lines[2] ?? '', /^sex +class +1 +0 +– +– +– +inconclusive: /);
});
