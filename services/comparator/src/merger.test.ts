import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WindowPart } from '@understudy/schemas-avro';
import fc from 'fast-check';
import { NumberCounts } from './kind-sums/number-counts.ts';
import { Merger } from './merger.ts';
import { Sums } from './sums.ts';

const windowMs = 10;

function part(
  partition: number,
  windowStart: number,
  windowEnd: number = windowStart + windowMs,
): WindowPart {
  const segments = [new Sums().toRecord(null)];
  return {
    lane: 'l',
    partition,
    windowStart,
    windowEnd,
    configHash: 'h',
    covered: true,
    keepHash: 'keep',
    segments,
    keys: [],
    offsets: [],
    digest: '0',
  };
}

function empty(partition: number, windowStart: number, windowEnd: number): WindowPart {
  return { ...part(partition, windowStart, windowEnd), segments: [] };
}

function uncovered(partition: number, windowStart: number, windowEnd: number): WindowPart {
  return { ...empty(partition, windowStart, windowEnd), covered: false };
}

function takeAll(merger: Merger): string[] {
  const taken: string[] = [];
  for (let window = merger.take(); window !== null; window = merger.take()) {
    taken.push(`${window.windowStart}: ${window.parts.map(({ partition }) => partition).join(' ')}`);
  }
  return taken;
}

test('a window is complete when every partition has covered it, with or without a share', () => {
  const merger = new Merger({ partitions: 2, windowMs, next: 0 });
  merger.add(part(0, 0), 0);
  assert.deepEqual(takeAll(merger), []);
  merger.add(empty(1, 0, 30), 1);
  assert.deepEqual(takeAll(merger), ['0: 0']);
  merger.add(empty(0, 10, 20), 2);
  merger.add(part(0, 20), 3);
  assert.deepEqual(takeAll(merger), ['20: 0']);
});

test('windows in which nobody sampled anything are passed over, and their parts are not needed any more', () => {
  const merger = new Merger({ partitions: 2, windowMs, next: 0 });
  merger.add(empty(0, 0, 1_000), 0);
  merger.add(empty(1, 0, 1_000), 1);
  assert.deepEqual(takeAll(merger), []);
  assert.equal(merger.next, 1_000);
  assert.equal(merger.oldestNeeded, null);
});

test('a window that a partition does not cover comes out without it, and says of how many partitions it is', () => {
  const merger = new Merger({ partitions: 3, windowMs, next: 0 });
  merger.add(uncovered(2, 10, 30), 0);
  assert.deepEqual(takeAll(merger), []);
  for (const start of [0, 10, 20, 30]) {
    merger.add(part(0, start), 1 + start);
    merger.add(start === 20 ? uncovered(1, 20, 30) : empty(1, start, start + 10), 2 + start);
  }
  merger.add(empty(2, 0, 10), 50);
  merger.add(empty(2, 30, 40), 51);
  const coverage = [];
  for (let window = merger.take(); window !== null; window = merger.take()) coverage.push(window.coverage);
  assert.deepEqual(coverage, [null, { covered: 2, of: 3 }, { covered: 1, of: 3 }, null]);
});

test('windows of which nothing is covered are passed over, as empty ones', () => {
  const merger = new Merger({ partitions: 2, windowMs, next: 0 });
  merger.add(uncovered(0, 0, 1_000), 0);
  merger.add(empty(1, 0, 1_000), 1);
  assert.deepEqual(takeAll(merger), []);
  assert.equal(merger.next, 1_000);
});

test('parts of windows that were merged before a restart are passed over', () => {
  const merger = new Merger({ partitions: 1, windowMs, next: 20 });
  merger.add(part(0, 10), 7);
  assert.deepEqual(takeAll(merger), []);
  merger.add(part(0, 20), 8);
  assert.deepEqual(takeAll(merger), ['20: 0']);
});

test('the partitions that hold back a window are named, and from when on they are missing', () => {
  const merger = new Merger({ partitions: 3, windowMs, next: 0 });
  assert.equal(merger.awaited(), null);
  merger.add(empty(0, 0, 50), 0);
  assert.equal(merger.awaited(), null, 'nobody waits for windows without a share');
  merger.add(part(1, 0), 1);
  assert.deepEqual(merger.awaited(), { untilMs: 10, partitions: [2] });
});

test('whatever the order in which partitions arrive, the same windows come out', () => {
  const shares = fc.array(fc.boolean(), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(shares, { minLength: 1, maxLength: 4 }), fc.array(fc.nat(3)), (rows, order) => {
      const parts = rows.map((row, partition) =>
        row.map((share, i) => (share ? part(partition, i * 10) : empty(partition, i * 10, i * 10 + 10))),
      );
      const expected = Array.from({ length: 8 }, (_, i) => i)
        .map((i) => `${i * 10}: ${rows.flatMap((row, p) => (row[i] === true ? [p] : [])).join(' ')}`)
        .filter((line) => !line.endsWith(': '));
      const merger = new Merger({ partitions: rows.length, windowMs, next: 0 });
      const taken: string[] = [];
      let offset = 0;
      const at = rows.map(() => 0);
      for (const choice of [...order, ...rows.flatMap((_, p) => Array.from({ length: 8 }, () => p))]) {
        const next = parts[choice]?.[at[choice] ?? 0];
        if (next === undefined) continue;
        at[choice] = (at[choice] ?? 0) + 1;
        merger.add(next, offset);
        offset += 1;
        taken.push(...takeAll(merger));
      }
      assert.deepEqual(taken, expected);
    }),
  );
});

test('a part that holds pairs one by one counts for more', () => {
  const merger = new Merger({ partitions: 1, windowMs, next: 0 });
  const { segments, ...rest } = part(0, 0);
  const pair = { rank: 1, production: 1, shadow: 1, within: true };
  const counts = new NumberCounts(500);
  for (let n = 0; n < 500; n += 1) counts.count(pair);
  const outputs = { classes: null, numbers: counts.toRecord(), scores: null };
  merger.add({ ...rest, segments: segments.map((sums) => ({ ...sums, outputs })) }, 0);
  assert.equal(merger.held, 1 + 1 + 25);
});

/** Reads a log of parts as the merge does: from what is still needed, with a new merger whenever one says so. */
function readThrough(
  log: readonly WindowPart[],
  maxHeld: number,
): { readonly taken: readonly string[]; readonly mostHeld: number; readonly readings: number } {
  const taken: string[] = [];
  let mostHeld = 0;
  let merger = new Merger({ partitions: 2, windowMs, next: 0, maxHeld });
  let readings = 1;
  for (let offset = 0; offset < log.length; offset += 1) {
    const next = log[offset];
    if (next !== undefined) merger.add(next, offset);
    mostHeld = Math.max(mostHeld, merger.held);
    // A task takes several parts before it asks what is complete.
    if (offset % 7 !== 0 && offset < log.length - 1) continue;
    taken.push(...takeAll(merger));
    if (!merger.mustReadAgain) continue;
    readings += 1;
    offset = (merger.oldestNeeded ?? offset + 1) - 1;
    merger = new Merger({ partitions: 2, windowMs, next: merger.next, maxHeld });
  }
  return { taken, mostHeld, readings };
}

test('a partition far ahead of another is held up to a limit, and every window still comes out once', () => {
  const windows = Array.from({ length: 100 }, (_, n) => n * windowMs);
  const ahead = windows.map((start) => part(0, start));
  const behind = windows.map((start) =>
    start % 30 === 0 ? empty(1, start, start + windowMs) : part(1, start),
  );
  const { taken, mostHeld, readings } = readThrough([...ahead, ...behind], 20);
  assert.deepEqual(taken, readThrough([...ahead, ...behind], 1_000).taken);
  assert.equal(taken.length, windows.length);
  assert.ok(mostHeld <= 22, `${mostHeld} were held`);
  assert.ok(readings > 2);
});

test('a run of empty windows that reaches past what was left in the log completes nothing of it', () => {
  const windows = Array.from({ length: 40 }, (_, n) => n * windowMs);
  const log = [...windows.map((start) => part(0, start)), empty(1, 0, windows.length * windowMs)];
  const { taken } = readThrough(log, 20);
  assert.deepEqual(
    taken,
    windows.map((start) => `${start}: 0`),
  );
});
