import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveRun } from '@understudy/schemas-avro';
import { Coverage, withGap } from './coverage.ts';

const reason = 'the disk was full';
const run = {
  ...liveRun({ lane: 'mortgage.boosted.live', start: 100, windowMs: 10 }),
  starts: [{ partition: 1, offset: 7, time: 130 }],
  gaps: [
    { partition: 0, from: 150, to: 170, reason },
    { partition: 0, from: 140, to: 150, reason },
    { partition: 0, from: 200, to: 210, reason },
    { partition: 1, from: 120, to: 140, reason },
  ],
};

test('a partition is covered but for its gaps, which are one where they touch, and for what is before its start', () => {
  const of = [0, 1, 2].map((partition) => new Coverage(run, partition));
  assert.deepEqual(
    of.map((coverage) => coverage.gapsIn({ from: 0, to: 1_000 })),
    [
      [
        { from: 140, to: 170 },
        { from: 200, to: 210 },
      ],
      [{ from: 100, to: 140 }],
      [],
    ],
  );
  assert.deepEqual(
    of.map((coverage) => coverage.from(140)),
    [170, 140, 140],
  );
  const [first] = of;
  assert.deepEqual(
    [139, 140, 169, 170].map((timeMs) => first?.covers(timeMs)),
    [true, false, false, true],
  );
  assert.deepEqual(first?.gapsIn({ from: 160, to: 205 }), [
    { from: 160, to: 170 },
    { from: 200, to: 205 },
  ]);
});

test('a gap is recorded once', () => {
  const gap = { partition: 2, from: 150, to: 170, reason };
  const changed = withGap(run, gap);
  assert.deepEqual(changed.gaps.at(-1), gap);
  assert.equal(withGap(changed, { ...gap, from: 160 }), changed);
  assert.equal(withGap(changed, { ...gap, partition: 3 }).gaps.length, changed.gaps.length + 1);
});
