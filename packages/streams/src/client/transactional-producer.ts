import type { Producer, Transaction } from 'kafkajs';
import { setTimeout as wait } from 'node:timers/promises';
import { createKafka, type KafkaConnection, type KafkaInstance } from './connection.ts';
import { protocolErrorType, StreamsError, toStreamsError } from './errors.ts';
import { Partitioners } from './kafkajs.ts';
import { LastTransaction } from './last-transaction.ts';
import { cutIntoBatches, type OutgoingRecord, type TopicPartition } from './records.ts';
import { inTime, openWithin } from './retry.ts';
import { sendBatch } from './send-batch.ts';

/** What becomes visible together, or not at all. */
export interface TransactionContent {
  readonly records: readonly OutgoingRecord[];
  readonly offsets?: { readonly groupId: string; readonly positions: readonly CommitPosition[] };
}

/** `offset` is the next one to read. */
export interface CommitPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

export interface TransactionalProducerOptions {
  readonly transactionalId: string;
  /** Every partition that transactions under this id may ever write to, also those of its former owners. */
  readonly writes: readonly TopicPartition[];
  /** After this the broker aborts a transaction; also the limit of `open` and of each `commit`. Default 30,000. */
  readonly transactionTimeoutMs?: number;
  /** So long after `open` or a commit the connections are closed; the next commit opens new ones. Default 30,000. */
  readonly idleMs?: number;
  /** The groups whose positions they may commit. Default: the one of `readsPositionsOf`, if any. */
  readonly groups?: readonly string[];
  /** The group whose committed positions are to be read next, and a partition that it reads. Default: none are. */
  readonly readsPositionsOf?: PositionsOf | undefined;
}

export interface PositionsOf extends TopicPartition {
  readonly groupId: string;
}

interface CompleteOptions extends Required<
  Omit<TransactionalProducerOptions, 'groups' | 'readsPositionsOf'>
> {
  /** One that exists, if any is known, so that a large cluster is not asked about all that it has. */
  readonly topics: readonly string[];
}

const defaultTransactionTimeoutMs = 30_000;
/** Longer than most windows: who commits one after the other keeps its connections. */
const defaultIdleMs = 30_000;
/**
 * Larger batches stall the broker's other writers, and consumers of bare kafkajs die of more than some
 * 120,000 records.
 */
const batchLimits = { maxRecords: 10_000, maxBytes: 900_000 };
/**
 * kafkajs waits 300 ms before its first retry; a transaction right after another one needs one almost
 * always.
 */
const retry = { initialRetryTime: 15, maxRetryTime: 500, retries: 30 };
/** Errors of `sendOffsets` that pass, and how long to wait before the next try, in ms. */
const passingOffsetErrors = new Map([
  ['CONCURRENT_TRANSACTIONS', 4], // the former transaction's markers are still being written
  ['GROUP_LOAD_IN_PROGRESS', 50],
  ['GROUP_COORDINATOR_NOT_AVAILABLE', 50],
  ['NOT_COORDINATOR_FOR_GROUP', 50],
]);

/**
 * Writes records and consumer positions in transactions, under a transactional id that belongs to one task.
 *
 * Life: open -> commit, commit, … -> close. The first failure is the last call: what became of that
 * transaction is settled by whoever opens the id next, and is then read from the group's committed offsets.
 *
 * What makes the id its own are the producer id and epoch that it got when it was opened, not its connections: while it is
 * idle it has none, for a process may have hundreds of producers.
 */
export class TransactionalProducer {
  readonly #instance: KafkaInstance;
  readonly #producer: Producer;
  readonly #transactionalId: string;
  /** `topic/partition` of all that it may write to. */
  readonly #writes: ReadonlySet<string>;
  readonly #transactionTimeoutMs: number;
  readonly #idleMs: number;
  #state: 'ready' | 'committing' | 'failed' | 'closed' = 'ready';
  /** Runs while it is ready and connected. */
  #idleTimer: NodeJS.Timeout | null = null;
  /** Resolves when the connections are closed; null: they are open. */
  #resting: Promise<void> | null = null;

  private constructor(connection: KafkaConnection, options: CompleteOptions) {
    const { transactionalId, writes, topics, transactionTimeoutMs, idleMs } = options;
    this.#instance = createKafka(connection, transactionalId, { retry, topics });
    this.#producer = this.#instance.kafka.producer({
      transactionalId,
      transactionTimeout: transactionTimeoutMs,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry,
    });
    this.#transactionalId = transactionalId;
    this.#writes = new Set(writes.map(nameOf));
    this.#transactionTimeoutMs = transactionTimeoutMs;
    this.#idleMs = idleMs;
  }

  /**
   * Connects and takes the transactional id over: from the moment this resolves, nobody who opened it
   * before can commit, and whatever they had open is committed or aborted, in every partition of `writes`. What they
   * have committed is then what a look at the positions of `readsPositionsOf` finds.
   *
   * @throws {StreamsError} 'kafka-unavailable' after the limit, 'not-authorized'.
   */
  static async open(
    connection: KafkaConnection,
    options: TransactionalProducerOptions,
  ): Promise<TransactionalProducer> {
    const { transactionalId, writes, readsPositionsOf } = options;
    const { transactionTimeoutMs = defaultTransactionTimeoutMs, idleMs = defaultIdleMs } = options;
    const topic = readsPositionsOf?.topic ?? writes[0]?.topic;
    const topics = topic === undefined ? [] : [topic];
    const complete = { transactionalId, writes, topics, transactionTimeoutMs, idleMs };
    const doing = `open a producer with transactional id "${transactionalId}"`;
    const { groups = readsPositionsOf === undefined ? [] : [readsPositionsOf.groupId] } = options;
    const limitMs = transactionTimeoutMs;
    const last = new LastTransaction({ transactionalId, writes, groups, limitMs });
    return openWithin(limitMs, doing, {
      create: () => new TransactionalProducer(connection, complete),
      open: (producer) => producer.#initialize(last, readsPositionsOf),
    });
  }

  /**
   * One transaction: all records and positions, or none of them.
   *
   * @returns by `topic/partition`, the offset of the first record sent there.
   * @throws {StreamsError} 'fenced': another producer has opened the id since; nothing was written.
   *   'transaction-failed': the outcome is unknown. 'producer-unusable': called after either of them, after
   *   `close`, or while a commit is running.
   */
  async commit(transaction: TransactionContent): Promise<ReadonlyMap<string, number>> {
    if (this.#state !== 'ready') {
      throw new StreamsError('producer-unusable', `${this.#name()} can't commit: it is ${this.#state}`);
    }
    this.#state = 'committing';
    clearTimeout(this.#idleTimer ?? undefined);
    const startedAt = performance.now();
    try {
      const firstOffsets = await inTime(
        this.#transactionTimeoutMs,
        `commit with transactional id "${this.#transactionalId}"`,
        this.#write(transaction),
      );
      this.#leaveCommitting('ready');
      return firstOffsets;
    } catch (error) {
      this.#leaveCommitting('failed');
      throw this.#failure(error, performance.now() - startedAt);
    }
  }

  /** Gives up the connection, within 2 s. A commit that is running fails. */
  async close(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    clearTimeout(this.#idleTimer ?? undefined);
    await this.#instance.release(this.#producer);
  }

  /**
   * A group's coordinator that has just taken over from a broker that died tells what it knows to be on enough brokers:
   * for a while that may be less than what was committed. A write it acknowledges only when all before it is known
   * to be; so one is made, and taken back.
   */
  async #initialize(last: LastTransaction, readsPositionsOf: PositionsOf | undefined): Promise<void> {
    await this.#producer.connect();
    await last.settle(this.#instance.cluster());
    const first = await this.#producer.transaction(); // runs InitProducerId
    if (readsPositionsOf !== undefined) {
      const { groupId, ...at } = readsPositionsOf;
      await this.#sendOffsets(first, { groupId, positions: [{ ...at, offset: 0, metadata: '' }] });
    }
    await first.abort();
    this.#restWhenIdle();
  }

  #restWhenIdle(): void {
    this.#idleTimer = setTimeout(() => {
      this.#resting = this.#instance.rest(this.#producer);
    }, this.#idleMs).unref();
  }

  async #beConnected(): Promise<void> {
    if (this.#resting === null) return;
    await this.#resting;
    this.#assertNotGivenUp();
    await this.#producer.connect();
    this.#resting = null;
  }

  async #write({ records, offsets }: TransactionContent): Promise<Map<string, number>> {
    const firstOffsets = new Map<string, number>();
    if (records.length === 0 && offsets === undefined) return firstOffsets;

    await this.#beConnected();
    const transaction = await this.#producer.transaction();
    // One after the other: kafkajs loses records when sends of one producer overlap, or when one spans
    // several partitions.
    for (const [partition, all] of Map.groupBy(records, nameOf)) {
      if (!this.#writes.has(partition))
        throw new Error(`${this.#name()} writes to ${partition}, and its next owner would not settle that`);
      for (const batch of cutIntoBatches(all, batchLimits)) {
        const offset = await sendBatch(transaction, batch);
        if (!firstOffsets.has(partition)) firstOffsets.set(partition, offset);
        this.#assertNotGivenUp();
      }
    }
    if (offsets !== undefined) await this.#sendOffsets(transaction, offsets);
    this.#assertNotGivenUp();
    await transaction.commit();
    return firstOffsets;
  }

  /**
   * Repeated within the transaction as long as the answer is one that passes; the limit is that of the
   * commit.
   */
  async #sendOffsets(
    transaction: Transaction,
    { groupId, positions }: NonNullable<TransactionContent['offsets']>,
  ): Promise<void> {
    const topics = [...Map.groupBy(positions, ({ topic }) => topic)].map(([topic, of]) => ({
      topic,
      // kafkajs sends the metadata along, though its types don't know.
      partitions: of.map(({ partition, offset, metadata }) => ({
        partition,
        offset: String(offset),
        metadata,
      })),
    }));
    for (;;) {
      try {
        return await transaction.sendOffsets({ consumerGroupId: groupId, topics });
      } catch (error) {
        const pause = passingOffsetErrors.get(protocolErrorType(error) ?? '');
        if (pause === undefined) throw error;
        await wait(pause);
        this.#assertNotGivenUp();
      }
    }
  }

  /** Keeps a commit, or an opening, that was given up from going on in the background. */
  #assertNotGivenUp(): void {
    if (this.#state === 'failed' || this.#state === 'closed')
      throw new StreamsError('producer-unusable', `${this.#name()} was given up`);
  }

  #leaveCommitting(to: 'ready' | 'failed'): void {
    if (this.#state !== 'committing') return;
    this.#state = to;
    if (to === 'ready' && this.#resting === null) this.#restWhenIdle();
  }

  /**
   * The broker's own abort of a transaction that took too long looks like fencing, too: so after the
   * time-out, it is only known that it failed.
   */
  #failure(error: unknown, tookMs: number): StreamsError {
    const cause = toStreamsError(error, 'commit');
    const isFenced = cause.code === 'fenced' && tookMs < this.#transactionTimeoutMs;
    return isFenced
      ? new StreamsError('fenced', `${this.#name()} was fenced: another producer has opened this id`, {
          cause,
        })
      : new StreamsError('transaction-failed', `${this.#name()}: ${cause.message}`, { cause });
  }

  #name(): string {
    return `The producer with transactional id "${this.#transactionalId}"`;
  }
}

function nameOf({ topic, partition }: TopicPartition): string {
  return `${topic}/${partition}`;
}
