import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClassSums } from '@understudy/schemas-avro';
import fc from 'fast-check';
import { ClassCounts, maxClasses } from './class-counts.ts';
import { saltedRank } from './salted-rank.ts';

type Pair = readonly [production: string, shadow: string];

function countsOf(pairs: readonly Pair[]): ClassCounts {
  const counts = new ClassCounts();
  for (const [production, shadow] of pairs) counts.count(production, shadow);
  return counts;
}

/** `"a" "b" 3` for each cell; of other classes `* "b" 3`. */
function cellsOf({ classes, cells }: ClassSums): readonly string[] {
  const name = (place: number): string => classes[place] ?? '*';
  return cells.map(({ production, shadow, count }) => `${name(production)} ${name(shadow)} ${count}`);
}

/** The same from all pairs at once. */
function expectedCells(pairs: readonly Pair[]): ReadonlySet<string> {
  const ranked = [...new Set(pairs.flat())].toSorted(
    (a, b) => saltedRank('classes', a) - saltedRank('classes', b),
  );
  const kept = new Set(ranked.slice(0, maxClasses));
  const name = (label: string): string => (kept.has(label) ? label : '*');
  const counts = Map.groupBy(pairs, ([production, shadow]) => `${name(production)} ${name(shadow)}`);
  return new Set([...counts].map(([cell, those]) => `${cell} ${those.length}`));
}

test('a cell for each pair of classes, in the order of their names', () => {
  const { classes, cells } = countsOf([
    ['"no"', '"yes"'],
    ['"yes"', '"yes"'],
    ['"no"', '"yes"'],
  ]).toRecord();
  assert.deepEqual(classes, ['"no"', '"yes"']);
  assert.deepEqual(cells, [
    { production: 0, shadow: 1, count: 2 },
    { production: 1, shadow: 1, count: 1 },
  ]);
});

test('of more classes than are kept, the same are told apart in any order, however split and merged', () => {
  const label = fc.nat(2 * maxClasses).map((n) => `"class ${n}"`);
  const rows = fc.array(fc.tuple(label, label, fc.nat(2), fc.nat()), { minLength: 100, maxLength: 300 });
  let pooled = 0;
  fc.assert(
    fc.property(rows, (given) => {
      const pairs = given.map(([production, shadow]) => [production, shadow] as const);
      const whole = countsOf(pairs).toRecord();
      assert.ok(whole.classes.length <= maxClasses);
      assert.deepEqual(new Set(cellsOf(whole)), expectedCells(pairs));
      if (cellsOf(whole).some((cell) => cell.includes('*'))) pooled += 1;
      const shuffled = given.toSorted((a, b) => a[3] - b[3]);
      const merged = new ClassCounts();
      for (const part of [1, 0, 2]) {
        const own = shuffled.filter((row) => row[2] === part);
        merged.add(countsOf(own.map(([production, shadow]) => [production, shadow] as const)).toRecord());
      }
      assert.deepEqual(merged.toRecord(), whole);
    }),
  );
  assert.ok(pooled > 50, 'most have more classes than are kept');
});
