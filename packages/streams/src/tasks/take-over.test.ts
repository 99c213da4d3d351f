import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PartitionBounds } from '../client/admin.ts';
import { takeOver } from './take-over.ts';
import { inputKey, type TaskSpec } from './task-plan.ts';
import type { TaskPorts, Transactions } from './task-ports.ts';

/** A block of two partitions. */
const spec: TaskSpec = {
  id: '3-4',
  inputs: [
    { topic: 'requests', partition: 0 },
    { topic: 'responses', partition: 0 },
    { topic: 'requests', partition: 1 },
    { topic: 'responses', partition: 1 },
  ],
  writes: [],
};
const transactions: Transactions = {
  commit: () => assert.fail('nothing is committed'),
  close: () => Promise.resolve(),
};
const wide: PartitionBounds = { start: 0, end: 100 };

/** Takes the block over; every input goes on at 10. @param looks - of the log of requests, the last one again and again */
async function take(...looks: readonly (readonly PartitionBounds[])[]) {
  const asked: string[] = [];
  let look = 0;
  const ports: TaskPorts = {
    offsets: {
      bounds: (topic) => {
        asked.push(topic);
        if (topic !== 'requests') return Promise.resolve([wide, wide]);
        look += 1;
        return Promise.resolve(looks[Math.min(look, looks.length) - 1] ?? []);
      },
      offsetsAtTime: () => assert.fail('nothing is looked up by time'),
      committed: () => Promise.resolve([]),
    },
    takeOverId: () => Promise.resolve(transactions),
    ticks: { tick: () => assert.fail('nothing is ticked') },
    fetching: { pause: () => {}, resume: () => {}, seek: () => {} },
    clock: {
      now: () => 0,
      after: (_ms, call) => {
        queueMicrotask(call);
        return () => {};
      },
      turn: () => Promise.resolve(),
    },
  };
  await takeOver({
    spec,
    groupId: 'group',
    ports,
    openBlock: () =>
      Promise.resolve({
        task: {
          accept: () => {},
          appetite: () => 'now',
          output: () => null,
          committed: () => {},
          wantedTicks: () => [],
          close: () => {},
        },
        start: new Map(spec.inputs.map((input) => [inputKey(input), 10])),
      }),
    wake: () => {},
    closed: new Promise(() => {}),
    onFenced: () => {},
    onOpened: () => {},
  });
  return asked;
}

test('a topic is asked once where all partitions of a block begin and end', async () => {
  assert.deepEqual(await take([wide, wide]), ['requests', 'responses']);
});

test('a partition whose log begins later than the block goes on halts it, and is named', async () => {
  const message = /requests\/1 holds offsets 11 to 100, .* go on at 10/;
  await assert.rejects(take([wide, { start: 11, end: 100 }]), { code: 'offset-out-of-range', message });
});

test('a log that seems to end earlier is looked at again, and not for ever', async () => {
  const short = { start: 0, end: 9 };
  assert.deepEqual(await take([wide, short], [short, wide], [wide, wide]), [
    'requests',
    'requests',
    'requests',
    'responses',
  ]);
  const message = /requests\/1 holds offsets 0 to 9/;
  await assert.rejects(take([wide, short]), { code: 'offset-out-of-range', message });
});
