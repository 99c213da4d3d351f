import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { diverging } from '../test/comparison.ts';
import { WorstPairs } from './worst-pairs.ts';

const lane = 'mortgage.boosted.live';

function idsOf(pairs: WorstPairs, since = 0): string[] {
  return pairs.of(lane, since).map(({ exchangeId }) => exchangeId);
}

suite('the worst pairs', () => {
  test('are the least alike, of equal ones the newest, whatever order they come in', () => {
    const given = [
      diverging({ exchangeId: 'alike', score: 0.9, requestTime: 9 }),
      diverging({ exchangeId: 'old', score: 0, requestTime: 1 }),
      diverging({ exchangeId: 'new', score: 0, requestTime: 2 }),
      diverging({ exchangeId: 'middle', score: 0.5, requestTime: 3 }),
    ];
    for (const order of [given, given.toReversed()]) {
      const pairs = new WorstPairs();
      for (const each of order) pairs.add(each);
      assert.deepEqual(idsOf(pairs), ['new', 'old', 'middle']);
    }
  });

  test('of a small segment are kept, though the lane has worse ones', () => {
    const pairs = new WorstPairs();
    pairs.add(diverging({ exchangeId: 'rare', score: 0.8, segments: { single: 'yes' } }));
    for (const n of [1, 2, 3, 4]) pairs.add(diverging({ exchangeId: `x${n}`, requestTime: n }));
    assert.deepEqual(idsOf(pairs), ['x4', 'x3', 'x2', 'rare']);
  });

  test('of windows before the lane’s beginning are left out', () => {
    const pairs = new WorstPairs();
    pairs.add(diverging({ exchangeId: 'before' }, 5_000));
    pairs.add(diverging({ exchangeId: 'since' }, 10_000));
    assert.deepEqual(idsOf(pairs, 10_000), ['since']);
  });

  test('come once, though read twice', () => {
    const pairs = new WorstPairs();
    pairs.add(diverging());
    pairs.add(diverging());
    assert.deepEqual(idsOf(pairs), ['x1']);
  });

  test('are those of the newest judgement of a window', () => {
    const pairs = new WorstPairs();
    pairs.add(diverging({ exchangeId: 'no longer' }, 5_000));
    pairs.add(diverging({ exchangeId: 'still' }, 5_000));
    pairs.add(diverging({ exchangeId: 'other' }, 10_000));
    pairs.add(diverging({ exchangeId: 'still' }, 5_000), 1);
    assert.deepEqual(idsOf(pairs).toSorted(), ['other', 'still']);
    pairs.add({ ...diverging({}, 5_000), diverging: null }, 2);
    assert.deepEqual(idsOf(pairs), ['other']);
  });

  test('hold the beginning of a large body', () => {
    const pairs = new WorstPairs();
    pairs.add(diverging({ requestBody: Buffer.alloc(512 * 1024) }));
    const body = pairs.of(lane, 0)[0]?.requestBody;
    assert.equal(body?.length, 64 * 1024);
    assert.ok(body.buffer.byteLength < 100_000);
  });

  test('take no more memory however many segments pairs name', () => {
    const pairs = new WorstPairs();
    for (let n = 0; n < 2_000; n += 1) {
      pairs.add(diverging({ exchangeId: `x${n}`, requestTime: n, segments: { id: String(n) } }));
    }
    assert.equal(idsOf(pairs).length, 499 + 3); // the segments that fit beside the whole lane, and the lane's newest
  });

  test('agreeing pairs are none', () => {
    const pairs = new WorstPairs();
    const agreeing = {
      exchangeIds: ['x1'],
      requestIds: [null],
      requestOffsets: [1],
      productionOutputs: [null],
      shadowOutputs: [null],
    };
    pairs.add({ ...diverging(), diverging: null, agreeing });
    assert.deepEqual(idsOf(pairs), []);
  });

  test('are asked for again when another one has come', () => {
    const pairs = new WorstPairs();
    assert.equal(pairs.added(lane), 0);
    pairs.add(diverging({ exchangeId: 'one' }));
    pairs.add(diverging({ exchangeId: 'two' }));
    assert.equal(pairs.added(lane), 2);
    pairs.forget(lane);
    assert.deepEqual([pairs.added(lane), idsOf(pairs)], [0, []]);
  });
});
