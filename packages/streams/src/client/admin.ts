import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

/** `start`: the first offset still in the log; `end`: the one after the last that read-committed readers can see. */
export interface PartitionBounds {
  readonly start: number;
  readonly end: number;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read; null: nothing was ever committed, or it has expired. */
  readonly offset: number | null;
  /** Null: empty, which is how Kafka's own reset tool leaves it. */
  readonly metadata: string | null;
}

export class KafkaAdmin {
  static open(connection: KafkaConnection): Promise<KafkaAdmin> {
    void connection;
    return Promise.reject(new StreamsError('unknown', 'being written'));
  }

  ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    void specs;
    return Promise.resolve();
  }

  partitionCount(topic: string): Promise<number> {
    void topic;
    return Promise.resolve(0);
  }

  bounds(topic: string): Promise<readonly PartitionBounds[]> {
    void topic;
    return Promise.resolve([]);
  }

  /** Without `partitions`: all, by partition index; else in the order of `partitions`. */
  offsetsAtTime(topic: string, timeMs: number, partitions?: readonly number[]): Promise<readonly number[]> {
    void [topic, timeMs, partitions];
    return Promise.resolve([]);
  }

  committed(
    groupId: string,
    topics: readonly string[],
    partitions: readonly number[],
  ): Promise<readonly CommittedOffset[]> {
    void [groupId, topics, partitions];
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
