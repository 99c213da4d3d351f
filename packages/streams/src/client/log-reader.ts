import { openCluster } from './cluster.ts';
import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import { fetchFrom } from './fetch-records.ts';
import { lookUpBounds, partitionsOf } from './offset-lookup.ts';
import type { IncomingRecord } from './records.ts';
import { retryWithin } from './retry.ts';

export interface ReadLogOptions {
  readonly topic: string;
  /** Default: all. */
  readonly partitions?: readonly number[];
  /** First offset, by partition. Default: the start of the log. */
  readonly from?: ReadonlyMap<number, number>;
  /** Offset to stop before, by partition. Default, and at most: the end at the time of the call. */
  readonly until?: ReadonlyMap<number, number>;
}

const limitMs = 30_000;
const fetching = { maxBytes: 1_048_576, maxWaitMs: 100 };

/**
 * Reads what is committed in a topic, from its start (or `from`) to its end at the time of the call (or
 * `until`): partition after partition, each in the order of its offsets. In no consumer group, and nothing
 * is committed. Made for tools and tests; what follows a log for good is the consumer's.
 *
 * @throws {StreamsError} 'topic-missing', 'kafka-unavailable' after 30 s without progress,
 *   'offset-out-of-range', 'batch-unreadable' when all before it was read.
 */
export async function* readLog(
  connection: KafkaConnection,
  options: ReadLogOptions,
): AsyncGenerator<IncomingRecord, void, undefined> {
  const { topic, from, until } = options;
  const open = await openCluster(connection, 'log-reader');
  const { cluster } = open;
  try {
    const { partitions, bounds } = await retryWithin(limitMs, `look up "${topic}"`, async () => {
      const all = await partitionsOf(cluster, topic);
      const asked = options.partitions ?? all;
      return { partitions: asked, bounds: await lookUpBounds(cluster, topic, asked) };
    });
    for (const [index, partition] of partitions.entries()) {
      const { start = 0, end = 0 } = bounds[index] ?? {};
      let position = from?.get(partition) ?? start;
      const stop = Math.min(until?.get(partition) ?? end, end);
      while (position < stop) {
        const at = { topic, partition, offset: position };
        const fetched = await retryWithin(
          limitMs,
          `read on at ${topic}/${partition}@${position}`,
          async () => {
            const next = await fetchFrom(cluster, at, fetching);
            if (next.nextOffset === at.offset)
              throw new StreamsError('kafka-unavailable', 'Kafka: an empty answer');
            return next;
          },
        );
        for (const record of fetched.records) if (record.offset < stop) yield record;
        position = fetched.nextOffset;
      }
    }
  } finally {
    await open.close();
  }
}
