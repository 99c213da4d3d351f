import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { StreamsError } from './errors.ts';
import type { IncomingRecord } from './records.ts';
import { WaitingBatches } from './waiting-batches.ts';

const topic = 'topic';

function recordsFrom(offset: number, count: number, bytes = 0): IncomingRecord[] {
  return Array.from({ length: count }, (_, i) => {
    const value = Buffer.alloc(bytes);
    return { topic, partition: 0, offset: offset + i, timestampMs: 0, key: null, value, headers: {} };
  });
}

/** Batches that wait, what fetches them, and what that was told. */
function start(limits = { maxRecords: 10, maxBytes: 1000 }) {
  const told: string[] = [];
  const waiting = new WaitingBatches(topic, {
    limits,
    fetching: {
      pause: (what) => told.push(`pause ${what[0]?.partitions.join()}`),
      resume: (what) => told.push(`resume ${what[0]?.partitions.join()}`),
      seek: (_topic, partition, offset) => told.push(`seek ${partition} ${offset}`),
    },
  });
  const handlers = waiting.handlers();
  const assign = (): void => handlers.onAssigned(new Map([[topic, [0, 1]]]), 1, 'member');
  assign();
  told.length = 0;
  const put = (partition: number, records: IncomingRecord[], nextOffset: number): void =>
    handlers.onBatch(topic, partition, records, nextOffset);
  return { waiting, handlers, told, assign, put };
}

suite('batches that wait to be taken', () => {
  test('come in their order', async () => {
    const { waiting, put, told } = start();
    put(0, recordsFrom(0, 2), 2);
    put(1, recordsFrom(5, 1), 7);
    const taken = [await waiting.take(), await waiting.take()];
    assert.deepEqual(
      taken.map((batch) => [batch?.partition, batch?.records.length, batch?.nextOffset]),
      [
        [0, 2, 2],
        [1, 1, 7],
      ],
    );
    assert.deepEqual(told, []);
  });

  test('are waited for', async () => {
    const { waiting, put } = start();
    const taking = waiting.take();
    put(0, recordsFrom(0, 1), 1);
    assert.equal((await taking)?.nextOffset, 1);
  });

  for (const [what, records] of [
    ['records', recordsFrom(0, 10)],
    ['bytes', recordsFrom(0, 1, 1000)],
  ] as const) {
    test(`stop the fetching while they hold too many ${what}`, async () => {
      const { waiting, put, told } = start();
      put(0, [...records], records.length);
      put(1, recordsFrom(0, 1), 1); // its fetch was under way
      assert.deepEqual(told, ['pause 0,1']);
      await waiting.take();
      assert.deepEqual(told, ['pause 0,1']);
      await waiting.take();
      assert.deepEqual(told, ['pause 0,1', 'resume 0,1']);
    });
  }

  test('without records are bounded too', () => {
    const { put, told } = start();
    for (let offset = 1; offset <= 10; offset += 1) put(0, [], offset);
    assert.deepEqual(told, ['pause 0,1']);
  });

  test('go on after a join where fetching had come to, paused as before', () => {
    const { put, told, assign } = start();
    put(1, recordsFrom(0, 3), 4);
    assign();
    assert.deepEqual(told, ['seek 1 4', 'resume 0,1']);
    put(0, recordsFrom(0, 10), 10);
    told.length = 0;
    assign();
    assert.deepEqual(told, ['seek 1 4', 'seek 0 10', 'pause 0,1']);
  });

  test('end when asked to', async () => {
    const { waiting, put } = start();
    const taking = waiting.take();
    waiting.end(null);
    assert.equal(await taking, null);
    put(0, recordsFrom(0, 1), 1);
    assert.equal(await waiting.take(), null);
  });

  test('end with an error where records are gone, or the consumer is', async () => {
    const gone = start();
    gone.handlers.onOutOfRange(topic, 1, 42);
    await assert.rejects(gone.waiting.take(), { code: 'offset-out-of-range', message: /topic\/1 .* 42/ });
    const broken = start();
    broken.handlers.onUnreadable(topic, 1, new StreamsError('batch-unreadable', 'broken'));
    await assert.rejects(broken.waiting.take(), { code: 'batch-unreadable' });
    const crashed = start();
    crashed.handlers.onCrash(new StreamsError('kafka-unavailable', 'away'), true);
    crashed.put(0, recordsFrom(0, 1), 1);
    assert.equal((await crashed.waiting.take())?.nextOffset, 1);
    crashed.handlers.onCrash(new StreamsError('not-authorized', 'no'), false);
    await assert.rejects(crashed.waiting.take(), { code: 'not-authorized' });
  });
});
