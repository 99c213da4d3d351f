import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { JudgedPair } from './judged-pairs.ts';
import { mergePairs } from './merge-pairs.ts';

type Written = readonly [offset: number, agrees: boolean, how?: 'recovery'];

async function* pairs(...written: readonly Written[]): AsyncGenerator<JudgedPair> {
  for (const [offset, agrees, how] of written)
    yield { offset, agrees, exchangeId: `of ${offset}`, isRecovery: how === 'recovery' };
}

async function merged(first: readonly Written[], second: readonly Written[], maxWaiting?: number) {
  const found: string[] = [];
  const untold = await mergePairs({
    first: pairs(...first),
    second: pairs(...second),
    onPair: (pair) => found.push(`${pair.exchangeId}: ${pair.first}, ${pair.second}`),
    ...(maxWaiting !== undefined && { maxWaiting }),
  });
  return { found, untold };
}

test('requests that both have compared, in their order; what only one has is passed over', async () => {
  const first: Written[] = [
    [1, true],
    [2, true],
    [4, false],
    [9, true],
  ];
  const second: Written[] = [
    [2, false],
    [3, true],
    [4, false],
  ];
  const found = ['of 2: true, false', 'of 4: false, false'];
  assert.deepEqual(await merged(first, second), { found, untold: 0 });
  assert.deepEqual(await merged(first, []), { found: [], untold: 0 });
});

test('a request that one has deferred is told by its recovery, wherever that stands', async () => {
  const first: Written[] = [
    [1, true],
    [2, true],
    [3, true, 'recovery'],
    [5, true],
  ];
  const second: Written[] = [
    [1, true],
    [3, false],
    [5, false],
    [2, true, 'recovery'],
  ];
  const found = ['of 1: true, true', 'of 5: true, false', 'of 3: true, false', 'of 2: true, true'];
  const { found: all, untold } = await merged(first, second);
  assert.deepEqual([all.toSorted(), untold], [found.toSorted(), 0]);
});

test('who finds no room to wait is counted where the other side has recoveries', async () => {
  const first: Written[] = [
    [1, true],
    [2, true],
    [3, true],
  ];
  const recovered: Written[] = [[3, true, 'recovery']];
  assert.deepEqual(await merged(first, recovered, 2), { found: [], untold: 1 });
  assert.deepEqual(await merged(first, [], 2), { found: [], untold: 0 });
});
