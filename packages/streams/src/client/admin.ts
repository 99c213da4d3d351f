import type { Logger } from '@understudy/telemetry';
import type { Admin } from 'kafkajs';
import { ReaderCluster } from './cluster.ts';
import { createKafka, type KafkaConnection, type KafkaInstance } from './connection.ts';
import { StreamsError } from './errors.ts';
import { lookUpBounds, lookUpOffsets, partitionsOf } from './offset-lookup.ts';
import { openWithin, retryWithin } from './retry.ts';
import { ensureTopics, type TopicSpec } from './topics.ts';

export type { TopicSpec } from './topics.ts';

/**
 * `start`: the first offset still in the log. `end`: the one after the last that read-committed readers can
 * see.
 */
export interface PartitionBounds {
  readonly start: number;
  readonly end: number;
}

export interface CommittedOffset {
  readonly topic: string;
  readonly partition: number;
  /** The next offset to read; null: nothing was ever committed, or it has expired. */
  readonly offset: number | null;
  /** Null: empty, as Kafka's own reset tool leaves it. */
  readonly metadata: string | null;
}

const limitMs = 15_000;

/**
 * Topics, positions and times. Every method repeats what fails in passing for at most 15 s, then throws
 * StreamsError 'kafka-unavailable', or 'topic-missing' for a topic that isn't there.
 */
export class KafkaAdmin {
  readonly #admin: Admin;
  readonly #reader: ReaderCluster;
  readonly #instance: KafkaInstance;
  readonly #logger: Logger | null;

  private constructor(connection: KafkaConnection) {
    this.#logger = connection.logger ?? null;
    this.#instance = createKafka(connection, 'admin');
    this.#admin = this.#instance.kafka.admin();
    this.#reader = new ReaderCluster(connection, 'admin-offsets');
  }

  static async open(connection: KafkaConnection): Promise<KafkaAdmin> {
    return openWithin(limitMs, `connect to ${connection.brokers.join(', ')}`, {
      create: () => new KafkaAdmin(connection),
      open: async (admin) => {
        await Promise.all([admin.#admin.connect(), admin.#reader.connect()]);
      },
    });
  }

  /**
   * Creates the topics that are missing and checks those that exist: partition count and, where the spec
   * names them, `message.timestamp.type` and `cleanup.policy`. Another `retention.ms` or `segment.ms` than the
   * spec's stays, with a warning. Resolves when every partition has a leader.
   *
   * @throws {StreamsError} 'topic-mismatch' or 'topic-refused', naming every topic concerned and what to
   *   do.
   */
  async ensureTopics(specs: readonly TopicSpec[]): Promise<void> {
    for (const difference of await ensureTopics(this.#admin, specs)) this.#logger?.warn(difference);
  }

  /** What tells this cluster from every other, one that was made anew at the same address too; null: it has no id. */
  async clusterId(): Promise<string | null> {
    return this.#ask('ask for the id of the cluster', async () => {
      // kafkajs says "null" for none.
      const { clusterId } = await this.#admin.describeCluster();
      return clusterId === 'null' || clusterId === '' ? null : clusterId;
    });
  }

  async partitionCount(topic: string): Promise<number> {
    const partitions = await this.#ask(`look up "${topic}"`, () => partitionsOf(this.#reader.cluster, topic));
    return partitions.length;
  }

  /** By partition index. */
  async bounds(topic: string): Promise<readonly PartitionBounds[]> {
    return this.#ask(`look up the offsets of "${topic}"`, async () => {
      const partitions = await partitionsOf(this.#reader.cluster, topic);
      return lookUpBounds(this.#reader.cluster, topic, partitions);
    });
  }

  /**
   * The first offset whose record was appended at or after `timeMs`; the end offset where there is none.
   * What is appended during the call doesn't count: the end is looked up first, and a record found beyond
   * it is none.
   *
   * @param partitions - default: all. The result has the same order.
   */
  async offsetsAtTime(
    topic: string,
    timeMs: number,
    partitions?: readonly number[],
  ): Promise<readonly number[]> {
    const { cluster } = this.#reader;
    return this.#ask(`look up the offsets of "${topic}" at ${timeMs}`, async () => {
      const all = await partitionsOf(cluster, topic);
      const asked = partitions ?? all;
      const bounds = await lookUpBounds(cluster, topic, asked);
      const question = { fromTimestamp: timeMs };
      const found = await lookUpOffsets(cluster, topic, { partitions: asked, question });
      return bounds.map(({ end }, index) => Math.min(found[index] ?? end, end));
    });
  }

  /**
   * What a group has committed, one entry for every topic and partition asked for.
   *
   * Read it only after the task's transactional producer was opened: until then, what its former owner
   * committed (even long acknowledged) may be missing, because kafkajs' OffsetFetch can't ask for stable
   * offsets.
   */
  async committed(
    groupId: string,
    topics: readonly string[],
    partitions: readonly number[],
  ): Promise<readonly CommittedOffset[]> {
    return this.#ask(`read the committed offsets of group "${groupId}"`, async () => {
      // Without `resolveOffsets`, which would write.
      const answers = await this.#admin.fetchOffsets({ groupId, topics: [...topics] });
      const found = new Map(
        answers.flatMap(({ topic, partitions: of }) =>
          of.map((entry) => [`${topic}/${entry.partition}`, entry] as const),
        ),
      );
      return topics.flatMap((topic) =>
        partitions.map((partition): CommittedOffset => {
          const entry = found.get(`${topic}/${partition}`);
          // While brokers fail over, answers come incomplete. That is no answer, not "nothing committed".
          if (!entry)
            throw new StreamsError('kafka-unavailable', `Kafka: no answer for ${topic}/${partition}`);
          const offset = Number(entry.offset);
          return { topic, partition, offset: offset < 0 ? null : offset, metadata: entry.metadata };
        }),
      );
    });
  }

  async close(): Promise<void> {
    await Promise.all([this.#instance.release(this.#admin), this.#reader.close()]);
  }

  #ask<T>(doing: string, question: () => Promise<T>): Promise<T> {
    return retryWithin(limitMs, doing, question);
  }
}
