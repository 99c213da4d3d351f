import type { Cluster } from 'kafkajs';
import { StreamsError } from './errors.ts';

export type OffsetQuestion = { readonly fromBeginning: boolean } | { readonly fromTimestamp: number };

/** The partitions of a topic, ascending. @throws StreamsError 'topic-missing', or whatever kafkajs throws. */
export async function partitionsOf(cluster: Cluster, topic: string): Promise<number[]> {
  await cluster.addMultipleTargetTopics([topic]);
  await cluster.refreshMetadataIfNecessary();
  const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
  if (partitions.length === 0) throw new StreamsError('topic-missing', `Kafka: there is no topic "${topic}"`);
  return partitions.toSorted((a, b) => a - b);
}

/**
 * One offset per partition, in the order of `partitions`; null where there is no answer to the question (no
 * record at or after the time). After a failure the next call knows the new leaders.
 */
export async function lookUpOffsets(
  cluster: Cluster,
  topic: string,
  asked: { readonly partitions: readonly number[]; readonly question: OffsetQuestion },
): Promise<(number | null)[]> {
  const partitions = asked.partitions.map((partition) => ({ partition }));
  try {
    const [answer] = await cluster.fetchTopicsOffset([{ topic, partitions, ...asked.question }]);
    const offsets = new Map(answer?.partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    return asked.partitions.map((partition) => {
      const offset = offsets.get(partition);
      if (offset === undefined)
        throw new StreamsError('topic-missing', `Kafka: no answer for ${topic}/${partition}`);
      return offset < 0 ? null : offset;
    });
  } catch (error) {
    await cluster.refreshMetadata();
    throw error;
  }
}

/** First offset still in the log and the one after the last that read-committed readers can see. */
export async function lookUpBounds(
  cluster: Cluster,
  topic: string,
  partitions: readonly number[],
): Promise<{ start: number; end: number }[]> {
  const starts = await lookUpOffsets(cluster, topic, { partitions, question: { fromBeginning: true } });
  const ends = await lookUpOffsets(cluster, topic, { partitions, question: { fromBeginning: false } });
  return starts.map((start, index) => ({ start: start ?? 0, end: ends[index] ?? 0 }));
}
