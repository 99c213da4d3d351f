import { ReaderCluster } from './cluster.ts';
import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import { lookUpBounds } from './offset-lookup.ts';
import { openWithin, retryWithin } from './retry.ts';

const connectLimitMs = 15_000;
/** A transaction that nobody ends is aborted by the broker after 30 s. */
const settledLimitMs = 45_000;

/**
 * Resolves when readers of what is committed can see all that had been appended to a topic's partitions at the call.
 * Until then an open transaction, anybody's, hides whatever was committed behind its first record: who decides by what
 * a log does *not* hold has to wait for this.
 *
 * @throws {StreamsError} 'kafka-unavailable' when transactions are still open after 45 s, or Kafka does not answer.
 */
export async function untilSettled(
  connection: KafkaConnection,
  topic: string,
  partitions: readonly number[],
): Promise<void> {
  const open = (suffix: string, isolation: 'committed' | 'uncommitted'): Promise<ReaderCluster> =>
    openWithin(connectLimitMs, `connect to ${connection.brokers.join(', ')}`, {
      create: () => new ReaderCluster(connection, suffix, isolation),
      open: (reader) => reader.connect(),
    });
  const appended = await open('appended', 'uncommitted');
  const committed = await open('committed', 'committed').catch(async (error: unknown) => {
    await appended.close();
    throw error;
  });
  const ends = async ({ cluster }: ReaderCluster): Promise<number[]> => {
    await cluster.addMultipleTargetTopics([topic]);
    await cluster.refreshMetadataIfNecessary();
    return (await lookUpBounds(cluster, topic, partitions)).map(({ end }) => end);
  };
  try {
    const doing = `see the end of "${topic}"`;
    const goals = await retryWithin(connectLimitMs, doing, () => ends(appended));
    await retryWithin(settledLimitMs, doing, async () => {
      const seen = await ends(committed);
      if (goals.every((goal, index) => (seen[index] ?? 0) >= goal)) return;
      throw new StreamsError('kafka-unavailable', `Kafka: transactions are open in "${topic}"`);
    });
  } finally {
    await Promise.all([appended.close(), committed.close()]);
  }
}
