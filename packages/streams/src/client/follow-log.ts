import { randomUUID } from 'node:crypto';
import { openCluster } from './cluster.ts';
import type { KafkaConnection } from './connection.ts';
import { GroupConsumer } from './consumer.ts';
import { PartitionAssigners } from './kafkajs.ts';
import { lookUpBounds, partitionsOf } from './offset-lookup.ts';
import type { IncomingRecord } from './records.ts';
import { retryWithin } from './retry.ts';
import { WaitingBatches } from './waiting-batches.ts';

export interface FollowLogOptions {
  readonly topic: string;
  /** First offset, by partition: the next record where it is gone by compaction or a marker. Default: the start of the log. */
  readonly from?: ReadonlyMap<number, number>;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  /** Called once, when everything that the topic held at the call has been taken. */
  readonly onCaughtUp?: () => void;
}

const openLimitMs = 30_000;
/** A fetch under way can overshoot them by 1 MiB a partition. */
const limits = { maxRecords: 1_000, maxBytes: 1_048_576 };

/**
 * Reads what is committed in all partitions of a topic, from its start or `from`, and then goes on for
 * ever, until `signal` is aborted. Each partition comes in the order of its offsets, every record once, whatever breaks
 * on the way. Nothing is committed; the consumer group has a name that nobody uses again.
 *
 *     for await (const record of followLog(connection, { topic, signal })) show(record);
 *
 * Whoever takes slowly is waited for: little is held in memory.
 *
 * @throws {StreamsError} 'topic-missing' or 'kafka-unavailable' after 30 s at the start; later
 *   'offset-out-of-range' when records were deleted before they were read or the log does not reach to `from`,
 *   'batch-unreadable', or what ended the consumer.
 */
export async function* followLog(
  connection: KafkaConnection,
  { topic, from = new Map(), signal, onCaughtUp }: FollowLogOptions,
): AsyncGenerator<IncomingRecord, void, undefined> {
  const ends = await endsOf(connection, topic);
  const behind = new Map([...ends].filter(([partition, end]) => (from.get(partition) ?? 0) < end));
  const consumer = await GroupConsumer.open(connection, {
    groupId: `${connection.clientId}-follow-${randomUUID()}`,
    topics: [topic],
    assignor: PartitionAssigners.roundRobin,
  });
  const waiting = new WaitingBatches(topic, { fetching: consumer, limits, from });
  const onAbort = (): void => waiting.end(null);
  signal.addEventListener('abort', onAbort);
  try {
    if (signal.aborted) return;
    await consumer.run(waiting.handlers());
    if (behind.size === 0) onCaughtUp?.();
    for (let batch = await waiting.take(); batch !== null; batch = await waiting.take()) {
      for (const record of batch.records) {
        if (signal.aborted) return;
        yield record;
      }
      const { partition, nextOffset } = batch;
      if (nextOffset >= (behind.get(partition) ?? Infinity) && behind.delete(partition) && behind.size === 0)
        onCaughtUp?.();
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    await consumer.close();
  }
}

/** The end of each partition that holds something. */
async function endsOf(connection: KafkaConnection, topic: string): Promise<Map<number, number>> {
  const open = await retryWithin(openLimitMs, 'connect', () => openCluster(connection, 'follow-offsets'));
  try {
    return await retryWithin(openLimitMs, `look up "${topic}"`, async () => {
      const partitions = await partitionsOf(open.cluster, topic);
      const bounds = await lookUpBounds(open.cluster, topic, partitions);
      const ends = partitions.map((partition, index) => [partition, bounds[index]] as const);
      return new Map(
        ends.flatMap(([partition, at]) => (at && at.start < at.end ? [[partition, at.end]] : [])),
      );
    });
  } finally {
    await open.close();
  }
}
