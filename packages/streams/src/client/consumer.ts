import type { Consumer, EachBatchPayload } from 'kafkajs';
import { createKafka, type KafkaConnection, type KafkaInstance } from './connection.ts';
import { StreamsError, toStreamsError } from './errors.ts';
import type { AssignorFactory } from './kafkajs.ts';
import { toIncoming, type IncomingRecord } from './records.ts';
import { openWithin } from './retry.ts';
import { type ObservedGroup, observeGroup } from './shims/consumer-group.ts';

export interface GroupConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly assignor: AssignorFactory;
  /** Default 10,000: a member that is silent for so long loses its partitions. */
  readonly sessionTimeoutMs?: number;
  /** Default 15,000: so long the others wait in a rebalance for a member to rejoin. */
  readonly rebalanceTimeoutMs?: number;
  /** Default 1,000. */
  readonly heartbeatIntervalMs?: number;
  /** Default 100: the longest wait of a fetch, so also of a `resume` or `seek` to take effect. */
  readonly maxWaitMs?: number;
  /** Default 1 MiB. */
  readonly maxBytesPerPartition?: number;
  /** Of one answer of a broker, all partitions together; a larger batch comes alone. Default 4 MiB. */
  readonly maxBytes?: number;
}

/**
 * All are called synchronously and must only enqueue: while one runs, nothing is fetched and no heartbeat
 * is sent.
 */
export interface GroupHandlers {
  /**
   * Records in the order of their offsets. `nextOffset` is the position after the batch: past control
   * records and aborted data, too; where there was nothing else, `records` is empty.
   */
  onBatch(topic: string, partition: number, records: readonly IncomingRecord[], nextOffset: number): void;
  /**
   * The group was joined; nothing of this assignment was fetched yet. Seek every partition, kept ones too:
   * kafkajs forgets its positions with each join and goes on from what is committed. A pause outlives a
   * join (resume what is new), but not a crash.
   */
  onAssigned(assignment: ReadonlyMap<string, readonly number[]>, generation: number, memberId: string): void;
  /**
   * The position `offset` is not in the log. The partition is paused; nothing was reset, nothing committed.
   */
  onOutOfRange(topic: string, partition: number, offset: number): void;
  /**
   * The batch of records at the position can't be decoded ('batch-unreadable'). The partition is paused, others
   * go on; nothing was skipped.
   */
  onUnreadable(topic: string, partition: number, error: StreamsError): void;
  onHeartbeat?(generation: number): void;
  /** Not joined any more. `willRestart` false: for good; open a new consumer, or exit. */
  onCrash(error: StreamsError, willRestart: boolean): void;
}

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

const openLimitMs = 30_000;
const closeLimitMs = 5000;
/**
 * kafkajs counts retries over a consumer's whole life: with few, unrelated errors of weeks make it leave
 * the group.
 */
const retry = { initialRetryTime: 100, maxRetryTime: 1000, retries: Number.MAX_SAFE_INTEGER };

/**
 * A member of a consumer group. It reads what is committed (from the start, where the group has no
 * position) and commits nothing: positions belong to the tasks and their transactions.
 *
 * Life: open -> run -> close.
 */
export class GroupConsumer {
  readonly #instance: KafkaInstance;
  readonly #consumer: Consumer;
  #group: ObservedGroup | null = null;
  #handlers: GroupHandlers | null = null;
  #closed = false;

  private constructor(connection: KafkaConnection, options: GroupConsumerOptions) {
    const observed: AssignorFactory = (given) => {
      const assignor = options.assignor(given);
      observeGroup(assignor, {
        created: (group) => {
          this.#group = group;
        },
        passed: (topic, partition, nextOffset) => {
          this.#call((handlers) => handlers.onBatch(topic, partition, [], nextOffset));
        },
        outOfRange: (topic, partition, offset) => {
          this.#call((handlers) => handlers.onOutOfRange(topic, partition, offset));
        },
        unreadable: (topic, partition, error) => {
          this.#call((handlers) => handlers.onUnreadable(topic, partition, error));
        },
      });
      return assignor;
    };
    this.#instance = createKafka(connection, options.groupId);
    this.#consumer = this.#instance.kafka.consumer({
      groupId: options.groupId,
      partitionAssigners: [observed],
      sessionTimeout: options.sessionTimeoutMs ?? 10_000,
      rebalanceTimeout: options.rebalanceTimeoutMs ?? 15_000,
      heartbeatInterval: options.heartbeatIntervalMs ?? 1000,
      maxWaitTimeInMs: options.maxWaitMs ?? 100,
      maxBytesPerPartition: options.maxBytesPerPartition ?? 1_048_576,
      maxBytes: options.maxBytes ?? 4_194_304,
      allowAutoTopicCreation: false,
      retry,
    });
  }

  /**
   * Connects and subscribes; joins nothing yet.
   *
   * @throws {StreamsError} after 30 s: 'kafka-unavailable', or 'topic-missing'.
   */
  static async open(connection: KafkaConnection, options: GroupConsumerOptions): Promise<GroupConsumer> {
    return openWithin(openLimitMs, `subscribe to ${options.topics.join(', ')}`, {
      create: () => new GroupConsumer(connection, options),
      open: async (consumer) => {
        await consumer.#consumer.connect();
        await consumer.#consumer.subscribe({ topics: [...options.topics], fromBeginning: true });
      },
    });
  }

  /**
   * Joins the group and fetches until `close`. Resolves when it has joined for the first time, or crashed
   * trying.
   */
  async run(handlers: GroupHandlers): Promise<void> {
    this.#handlers = handlers;
    const { GROUP_JOIN, HEARTBEAT, CRASH, STOP } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => this.#joined(payload.memberAssignment, payload.memberId));
    this.#consumer.on(HEARTBEAT, ({ payload }) => {
      this.#call((to) => to.onHeartbeat?.(payload.groupGenerationId));
    });
    this.#consumer.on(STOP, () => {
      this.#group = null;
    });
    this.#consumer.on(CRASH, ({ payload }) => {
      const error = toStreamsError(payload.error, 'go on consuming');
      this.#call((to) => to.onCrash(error, payload.restart));
    });
    await this.#consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      eachBatch: (payload) => this.#deliver(payload),
    });
  }

  /**
   * Nothing more of these is delivered until `resume`. Ignored while not joined (start, crash):
   * `onAssigned` follows.
   */
  pause(topicPartitions: readonly TopicPartitions[]): void {
    if (this.#group) this.#consumer.pause(mutable(topicPartitions));
  }

  resume(topicPartitions: readonly TopicPartitions[]): void {
    if (this.#group) this.#consumer.resume(mutable(topicPartitions));
  }

  /**
   * The next record delivered of this partition is the first at or after `offset`. Ignored while not
   * joined.
   */
  seek(topic: string, partition: number, offset: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw new StreamsError(
        'offset-out-of-range',
        `Can't seek ${topic}/${partition} to ${offset}: look the offset up first`,
      );
    }
    if (this.#group) this.#consumer.seek({ topic, partition, offset: String(offset) });
  }

  /** Leaves the group, within 5 s. No handler is called from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#instance.release(this.#consumer, closeLimitMs);
  }

  #joined(assigned: Readonly<Record<string, readonly number[]>>, memberId: string): void {
    this.#group?.joined();
    const generation = this.#group?.generationId ?? -1;
    this.#call((handlers) => handlers.onAssigned(new Map(Object.entries(assigned)), generation, memberId));
  }

  async #deliver(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const { topic, partition, messages } = batch;
    const last = messages.at(-1);
    const isWanted = this.#group?.isCurrent(batch) && !this.#group.isPaused(topic, partition);
    if (!last || !isWanted || payload.isStale() || !payload.isRunning()) return;

    const records = messages.map((message) => toIncoming(topic, partition, message));
    const nextOffset = Number(batch.lastOffset()) + 1;
    if (!this.#call((handlers) => handlers.onBatch(topic, partition, records, nextOffset))) return;
    payload.resolveOffset(last.offset); // of the last record: passes what follows it in the batch, too
    await payload.heartbeat();
  }

  /**
   * Handlers never throw into kafkajs, which would retry, crash and restart for ever: the first that does
   * ends the consumer.
   */
  #call(action: (handlers: GroupHandlers) => void): boolean {
    if (this.#closed || !this.#handlers) return false;
    try {
      action(this.#handlers);
      return true;
    } catch (error) {
      const failure = new StreamsError(
        'handler-failed',
        `A handler of the consumer threw: ${String(error)}`,
        { cause: error },
      );
      const handlers = this.#handlers;
      void this.close();
      handlers.onCrash(failure, false);
      return false;
    }
  }
}

function mutable(topicPartitions: readonly TopicPartitions[]): { topic: string; partitions: number[] }[] {
  return topicPartitions.map(({ topic, partitions }) => ({ topic, partitions: [...partitions] }));
}
