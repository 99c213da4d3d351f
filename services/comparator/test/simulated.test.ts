/**
 * The comparator's guarantee with everything between it and the log going wrong: processes that are killed, freeze and
 * wake, requests and answers that are lost or late, commits that are seen late, rebalances, transactions that are aborted.
 * What is committed in the end is, byte by byte, what one undisturbed pass over the same log publishes.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eachSeed } from '../../../test/support/seeds.ts';
import { testLane } from './lane-log.ts';
import { expected, muchTrouble, published, SimulatedLane } from './simulated-lane.ts';

const lane = testLane(3);
const { codecs } = lane;

test('whatever goes wrong, a lane publishes each window once, with the bytes of an undisturbed pass', async () => {
  await eachSeed(12, async (seed) => {
    const simulated = new SimulatedLane(lane, seed, { members: 3, trouble: muchTrouble });
    await simulated.run(60);
    assert.deepEqual(published(lane, simulated), await expected(lane, simulated));
    let sampled = 0;
    for (const line of published(lane, simulated).divergence) {
      const record = await codecs.decode('divergence', Buffer.from(line.split(' ').at(-1) ?? '', 'hex'));
      if (record.segment === null) sampled += record.window.ledger.sampled;
    }
    assert.equal(sampled, simulated.sampled, 'every sampled request is in a window');
  });
});
