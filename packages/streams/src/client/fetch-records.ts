import type { Cluster, KafkaMessage } from 'kafkajs';
import type { FetchedRecord } from './fetched-record.ts';
import { type IncomingRecord, toIncoming } from './records.ts';
import { unreadableAfter } from './unreadable-batch.ts';
import {
  type AbortedTransaction,
  type FetchedMessage,
  filterAbortedMessages,
} from './shims/aborted-filter.ts';

const readCommitted = 1;

/** One partition of a fetch response, as kafkajs decodes it. */
interface FetchedPartition {
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  readonly messages: readonly (FetchedRecord | (FetchedMessage & KafkaMessage))[];
}

/** Where a fetch begins. */
export interface FetchPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export interface FetchLimits {
  /** A batch that is larger comes all the same, alone. */
  readonly maxBytes: number;
  /** How long the broker may wait where there is nothing yet. */
  readonly maxWaitMs: number;
}

/** What one fetch gave. `nextOffset` also passes control records and aborted data; as asked: there was nothing. */
export interface FetchedRecords {
  readonly records: readonly IncomingRecord[];
  readonly nextOffset: number;
}

/** One fetch of what is committed. After a failure the next call knows the new leaders. */
export async function fetchFrom(
  cluster: Cluster,
  at: FetchPosition,
  { maxBytes, maxWaitMs }: FetchLimits,
): Promise<FetchedRecords> {
  const { topic, partition, offset } = at;
  try {
    const [leader] = Object.keys(cluster.findLeaderForPartitions(topic, [partition]));
    const broker = await cluster.findBroker({ nodeId: leader ?? '' });
    const response: { responses: { partitions: FetchedPartition[] }[] } = await broker.fetch({
      isolationLevel: readCommitted,
      maxWaitTime: maxWaitMs,
      maxBytes,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
    });
    const fetched = response.responses[0]?.partitions[0];
    const messages = (fetched?.messages ?? []).filter((message) => Number(message.offset) >= offset);
    const unreadable = fetched && messages.length === 0 ? unreadableAfter(fetched.messages, at) : null;
    if (unreadable) throw unreadable;
    const abortedTransactions = fetched?.abortedTransactions ?? null;
    const records = filterAbortedMessages({ messages, abortedTransactions })
      .filter((message) => !message.isControlRecord)
      .map((message) => toIncoming(topic, partition, message));
    const last = messages.at(-1);
    return { records, nextOffset: last ? Number(last.offset) + 1 : offset };
  } catch (error) {
    await cluster.refreshMetadata();
    throw error;
  }
}
