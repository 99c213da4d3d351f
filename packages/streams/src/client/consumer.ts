import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import type { AssignorFactory } from './kafkajs.ts';
import type { IncomingRecord } from './records.ts';

export interface GroupConsumerOptions {
  readonly groupId: string;
  readonly topics: readonly string[];
  readonly assignor: AssignorFactory;
  /** Default 10,000. */
  readonly sessionTimeoutMs?: number;
  /** Default 15,000. */
  readonly rebalanceTimeoutMs?: number;
  /** Default 1,000. */
  readonly heartbeatIntervalMs?: number;
  /** Default 100: the longest wait of a fetch, and of a resume to take effect. */
  readonly maxWaitMs?: number;
  /** Default 1 MiB. */
  readonly maxBytesPerPartition?: number;
}

/** All are called synchronously and must only enqueue: while they run, nothing is fetched and no heartbeat is sent. */
export interface GroupHandlers {
  /**
   * `nextOffset` is the position after the batch, also past control records and aborted data at its end; `records` is empty
   * where a batch held nothing else.
   */
  onBatch(topic: string, partition: number, records: readonly IncomingRecord[], nextOffset: number): void;
  /** Joined: before the first fetch of this generation. Pauses made before a rebalance still hold; after a crash they don't. */
  onAssigned(assignment: ReadonlyMap<string, readonly number[]>, generation: number, memberId: string): void;
  /** The position `offset` is not in the log. The partition is paused; nothing was reset or committed. */
  onOutOfRange(topic: string, partition: number, offset: number): void;
  onHeartbeat?(generation: number): void;
  /** `willRestart` false: this consumer is over; exit, or open a new one. */
  onCrash(error: StreamsError, willRestart: boolean): void;
}

export interface TopicPartitions {
  readonly topic: string;
  readonly partitions: readonly number[];
}

export class GroupConsumer {
  static open(connection: KafkaConnection, options: GroupConsumerOptions): Promise<GroupConsumer> {
    void connection;
    void options;
    return Promise.reject(new StreamsError('unknown', 'being written'));
  }

  /** Joins the group and fetches until `close`. */
  run(handlers: GroupHandlers): Promise<void> {
    void handlers;
    return Promise.resolve();
  }

  pause(topicPartitions: readonly TopicPartitions[]): void {
    void topicPartitions;
  }

  resume(topicPartitions: readonly TopicPartitions[]): void {
    void topicPartitions;
  }

  seek(topic: string, partition: number, offset: number): void {
    void [topic, partition, offset];
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
