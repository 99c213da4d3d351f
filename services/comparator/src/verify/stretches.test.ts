import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Step } from './select-windows.ts';
import { stretchesOf } from './stretches.ts';

const gap: Step = { kind: 'gap', from: 0, to: 1 };
function published(judgement = 0, records = 3): Step {
  const at = { windowStart: 0, windowEnd: 1, previousEnd: 0, appendedMs: 0, from: 0 };
  return { kind: 'published', window: { ...at, judgement, until: records } };
}

function lengths(steps: readonly Step[]): readonly number[] {
  return [...stretchesOf(steps)].map(({ length }) => length);
}

test('steps of one judgement go together, with the gaps between them', () => {
  assert.deepEqual(lengths([]), []);
  assert.deepEqual(lengths([gap, published(), gap, published()]), [4]);
  assert.deepEqual(lengths([published(), gap, published(1), published(1), published()]), [2, 2, 1]);
});

test('as many as there is room for', () => {
  assert.deepEqual(lengths(Array.from({ length: 450 }, () => published())), [200, 200, 50]);
  assert.deepEqual(lengths(Array.from({ length: 5 }, () => published(0, 12_000))), [2, 2, 1]);
});
