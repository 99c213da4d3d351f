import type { Cluster } from 'kafkajs';
import { protocolErrorType, StreamsError } from './errors.ts';
import type { TopicPartition } from './records.ts';
import { retryWithin } from './retry.ts';
import { type ProducerIdentity, TransactionRequests } from './transaction-protocol.ts';

export interface LastTransactionOptions {
  readonly transactionalId: string;
  /** Every partition that the id's transactions may write to. One that does not exist is passed over. */
  readonly writes: readonly TopicPartition[];
  /** The groups whose positions they may commit. */
  readonly groups: readonly string[];
  readonly limitMs: number;
}

/** Answers that pass: the coordinator is busy with the last transaction, or somebody takes the id at this moment, too. */
const passing: ReadonlySet<string | null> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_TXN_STATE',
  'UNKNOWN', // the coordinator's own word for an end that met somebody else's take-over
]);

/** Answers for a partition that does not exist, and for those that were asked for with it. */
const missing: ReadonlySet<string | null> = new Set([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'OPERATION_NOT_ATTEMPTED',
]);

/**
 * The last transaction under a transactional id, which may not have ended everywhere.
 *
 * A transaction ends with a marker in each partition that it wrote to. Where a partition has no leader when its marker
 * is to be written, the coordinator takes it for deleted, leaves the marker out, and calls the transaction complete
 * (TransactionMarkerChannelManager with KRaft's metadata; seen with 4.3.1 when the only broker dies under a commit and
 * comes back). What such a partition holds stays open: it hides all behind it from readers, positions too, and ends as
 * the id's *next* transaction there ends. So the coordinator is asked how the last one ended, before that is
 * forgotten, and an empty one over all of those partitions ends likewise: where a marker is there already, another
 * one changes nothing.
 */
export class LastTransaction {
  readonly #options: LastTransactionOptions;
  /** Kept when settling is tried again: a look after that finds the end of what was tried. */
  #wasCommitted = false;

  constructor(options: LastTransactionOptions) {
    this.#options = options;
  }

  /**
   * Takes the id over, and ends the transaction where Kafka has not.
   *
   * @throws {StreamsError} 'kafka-unavailable' after the limit; and what the client throws
   */
  async settle(cluster: Cluster): Promise<void> {
    const { transactionalId, limitMs } = this.#options;
    await retryWithin(limitMs, `settle the last transaction of "${transactionalId}"`, async () => {
      const requests = await TransactionRequests.find(cluster, transactionalId);
      const state = await requests.state();
      if (state === null) return;
      this.#wasCommitted ||= state === 'PrepareCommit' || state === 'CompleteCommit';
      await this.#endLikewise(requests).catch(asPassing);
    });
  }

  async #endLikewise(requests: TransactionRequests): Promise<void> {
    const { writes, groups, limitMs } = this.#options;
    const producer = await requests.take(limitMs);
    let isEmpty = groups.length === 0;
    for (const [topic, of] of Map.groupBy(writes, (each) => each.topic)) {
      const partitions = of.map(({ partition }) => partition);
      if (await addExisting(requests, producer, { topic, partitions })) isEmpty = false;
    }
    for (const groupId of groups) await requests.addOffsets(producer, groupId);
    if (!isEmpty) await requests.end(producer, this.#wasCommitted);
  }
}

/** @returns whether any exists. Where one does not, the coordinator adds none of those that it is asked for with it. */
async function addExisting(
  requests: TransactionRequests,
  producer: ProducerIdentity,
  { topic, partitions }: { readonly topic: string; readonly partitions: readonly number[] },
): Promise<boolean> {
  try {
    await requests.addPartitions(producer, topic, partitions);
    return true;
  } catch (error) {
    if (!missing.has(protocolErrorType(error))) throw error;
  }
  if (partitions.length === 1) return false;
  let isAny = false;
  for (const partition of partitions)
    if (await addExisting(requests, producer, { topic, partitions: [partition] })) isAny = true;
  return isAny;
}

function asPassing(error: unknown): never {
  if (!passing.has(protocolErrorType(error))) throw error;
  throw new StreamsError('kafka-unavailable', `Kafka: ${(error as Error).message}`, { cause: error });
}
