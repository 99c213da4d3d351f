import assert from 'node:assert/strict';
import { test } from 'node:test';
import { below, drawing } from '../../test/draws.ts';
import { diverging } from '../../test/comparison.ts';
import { openTestStore } from '../../test/open-test-store.ts';
import { keptPerSegment, WorstPairs } from '../worst-pairs.ts';
import { worstKept } from './worst-kept.ts';

const lane = 'mortgage.boosted.live';

test('the worst pairs are the same, read from the log or from the store', async (t) => {
  const { connection, addComparison } = await openTestStore(t);
  const draw = drawing(3);
  const read = new WorstPairs();
  for (let n = 0; n < 60; n += 1) {
    const segments: Record<string, string> = { single: below(draw, 2) === 0 ? 'yes' : 'no' };
    if (below(draw, 8) === 0) segments['region'] = `r${below(draw, 3)}`;
    const comparison = diverging(
      {
        exchangeId: `x${n}`,
        requestTime: below(draw, 20),
        requestOffset: n,
        score: below(draw, 5) / 5,
        segments,
      },
      5_000 * below(draw, 4),
    );
    const judgement = n < 40 ? 0 : 1;
    read.add(comparison, judgement);
    await addComparison(comparison, judgement);
  }
  const unkept = {
    exchangeIds: ['u'],
    requestIds: [null],
    requestOffsets: [1],
    productionOutputs: [null],
    shadowOutputs: [null],
  };
  await addComparison({ ...diverging(), diverging: null, unkept }, 1);
  const stored = new WorstPairs();
  for (const { comparison, judgement } of await worstKept(connection, lane, keptPerSegment))
    stored.add(comparison, judgement);
  const ids = (pairs: WorstPairs): string[] => pairs.of(lane, 0).map(({ exchangeId }) => exchangeId);
  assert.ok(ids(read).length >= 6);
  assert.deepEqual(ids(stored), ids(read));
  const [first] = read.of(lane, 0);
  assert.deepEqual(stored.of(lane, 0)[0], first);
  assert.deepEqual(await worstKept(connection, 'mortgage.boosted.other', keptPerSegment), []);
});
