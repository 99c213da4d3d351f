import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KeyedUnits } from '@understudy/schemas-avro';
import { mergeKeys } from './key-counts.ts';
import { nextUnits, nothingKeyed, unitsOf } from './keyed-units.ts';
import { noOutcomes, type Outcomes } from './outcomes.ts';
import { pack } from './packed-outcomes.ts';
import { allKeys } from './request-key.ts';

const hour = 3_600_000;
/** Midnight of a day. */
const midnight = 20_000 * 24 * hour;

type Window = Readonly<Record<number, Partial<Outcomes>>>;

function after(windows: readonly (readonly [hours: number, Window])[], max: number = 100): KeyedUnits {
  return windows.reduce(
    (before, [hours, window]) => stepOf(before, { hours, window, max }).after,
    nothingKeyed,
  );
}

function stepOf(before: KeyedUnits, { hours, window, max }: { hours: number; window: Window; max: number }) {
  const byKey = new Map(
    Object.entries(window).map(([key, outcomes]) => [Number(key), { ...noOutcomes, ...outcomes }]),
  );
  return nextUnits(before, { window: { below: allKeys, byKey }, windowStart: midnight + hours * hour, max });
}

const agrees = { compared: 1, agreed: 1, answered: 1 };
const differs = { compared: 1, answered: 1 };

test('a key is one unit, however many requests it has, and counts by their share', () => {
  const state = after([
    [1, { 7: { compared: 3, agreed: 3, answered: 3 }, 8: agrees }],
    [1.1, { 7: differs }],
    [1.2, { 8: agrees }],
  ]);
  assert.deepEqual(unitsOf(state), {
    units: 2,
    agreed: 0.75 + 1,
    missing: 0,
    called: 2,
    inTime: 0,
    failed: 0,
    deferred: 0,
  });
});

test('what is missing, failed and deferred has its share of a unit, and what production failed has none', () => {
  const state = after([
    [1, { 7: { compared: 1, agreed: 1, answered: 2, inTime: 1, failed: 1, deferred: 1, missing: 2 } }],
  ]);
  const { units, agreed, missing, called, inTime, failed, deferred } = unitsOf(state);
  assert.deepEqual([units, agreed, missing], [1, 1 / 4, 2 / 4]);
  assert.deepEqual([called, inTime, failed, deferred], [1, 1 / 4, 1 / 4, 1 / 4]);
});

test('a key that was not seen for an hour is another unit when it comes back, and so it is on the next day', () => {
  assert.equal(
    unitsOf(
      after([
        [1, { 7: agrees }],
        [2.9, { 7: differs }],
      ]),
    ).units,
    1,
  );
  assert.equal(
    unitsOf(
      after([
        [1, { 7: agrees }],
        [2.9, {}],
        [3, { 7: differs }],
      ]),
    ).units,
    2,
  );
  assert.equal(
    unitsOf(
      after([
        [1, { 7: agrees }],
        [3, { 7: differs }],
      ]),
    ).units,
    2,
  );
  assert.equal(
    unitsOf(
      after([
        [23.9, { 7: agrees }],
        [24, { 7: differs }],
      ]),
    ).units,
    2,
  );
});

test('finished units stand with the day that they were seen on', () => {
  const before = after([[23.9, { 7: agrees, 8: differs }]]);
  const { finished } = stepOf(before, { hours: 24.1, window: { 9: agrees }, max: 100 });
  assert.deepEqual(
    finished.map(({ day, finished: { units, agreed } }) => [day, units, agreed]),
    [
      [20_000, 2, 1],
      [20_001, 0, 0],
    ],
  );
});

test('where more keys are about than are kept apart, half of the hashes are counted from then on', () => {
  const step = allKeys / 8;
  const eight = Object.fromEntries(Array.from({ length: 8 }, (_, n) => [n * step, agrees]));
  const crowded = after([[1, eight]], 4);
  assert.equal(crowded.below, allKeys / 2);
  assert.equal(crowded.keys.length, 4);
  assert.equal(unitsOf(crowded).units, 8, 'those counted until then stay');
  const later = stepOf(crowded, {
    hours: 1.1,
    window: { [7 * step + 1]: differs, 5: differs },
    max: 5,
  }).after;
  assert.deepEqual([unitsOf(later).units, unitsOf(later).agreed], [9, 8], 'only the one below');
  const alone = stepOf(later, { hours: 24, window: { 5: agrees }, max: 16 }).after;
  assert.equal(alone.below, allKeys, 'few are about');
});

test('a recovered request moves from missing to compared where its unit is not finished', () => {
  const correction = { compared: 1, agreed: 1, answered: 1, deferred: -1, missing: -1 };
  const deferred = { deferred: 1, missing: 1 };
  const open = unitsOf(
    after([
      [1, { 7: deferred }],
      [1.5, { 7: correction }],
    ]),
  );
  assert.deepEqual([open.units, open.agreed, open.missing, open.deferred], [1, 1, 0, 0]);
  const late = unitsOf(
    after([
      [1, { 7: deferred }],
      [4, { 7: correction }],
    ]),
  );
  assert.deepEqual([late.units, late.agreed, late.missing], [1, 0, 1], 'too late: it stays missing');
});

test('a key is fresh once in an hour', () => {
  const freshIn = (windows: readonly (readonly [number, Window])[]): number[] => {
    let state = nothingKeyed;
    return windows.map(([hours, window]) => {
      const { after: next, fresh } = stepOf(state, { hours, window, max: 100 });
      state = next;
      return fresh.length;
    });
  };
  const window = { 7: agrees, 8: agrees };
  assert.deepEqual(
    freshIn([
      [1, { 7: agrees }],
      [1.1, window],
      [1.2, window],
      [2, window],
      [2.1, window],
    ]),
    [1, 1, 0, 2, 0],
  );
});

test('keys of parts add up; those that one of them has not all of are left out', () => {
  const { below, byKey } = mergeKeys([
    {
      below: allKeys,
      ...pack([
        [5, { ...noOutcomes, ...agrees }],
        [900, { ...noOutcomes, ...differs }],
      ]),
    },
    { below: 800, ...pack([[5, { ...noOutcomes, compared: 2, answered: 2 }]]) },
  ]);
  assert.equal(below, 800);
  assert.deepEqual([...byKey], [[5, { ...noOutcomes, compared: 3, agreed: 1, answered: 3 }]]);
});
