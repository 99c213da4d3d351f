import type { KafkaAdmin } from './admin.ts';
import { ReaderCluster } from './cluster.ts';
import type { KafkaConnection } from './connection.ts';
import { readLog } from './log-reader.ts';
import { lookUpOffsets, partitionsOf } from './offset-lookup.ts';
import type { IncomingRecord } from './records.ts';
import { openWithin, retryWithin } from './retry.ts';

const limitMs = 15_000;

/**
 * Reads a topic to which little is written, look by look, from its start. A look at which nothing is new costs one question.
 * It tells whether something is still hidden by a transaction, anybody's, that is open: then what was appended before the
 * look may be seen after it only.
 *
 *     const { isAll } = await tail.look(async (record) => take(record));
 */
export class LogTail {
  readonly #connection: KafkaConnection;
  readonly #topic: string;
  readonly #admin: KafkaAdmin;
  readonly #appended: ReaderCluster;
  /** Next offset, by partition. */
  readonly #positions = new Map<number, number>();

  /** @throws {StreamsError} 'kafka-unavailable' after 15 s */
  static async open(connection: KafkaConnection, topic: string, admin: KafkaAdmin): Promise<LogTail> {
    const appended = await openWithin(limitMs, `connect to ${connection.brokers.join(', ')}`, {
      create: () => new ReaderCluster(connection, 'tail', 'uncommitted'),
      open: (reader) => reader.connect(),
    });
    return new LogTail(connection, topic, { admin, appended });
  }

  private constructor(
    connection: KafkaConnection,
    topic: string,
    { admin, appended }: { admin: KafkaAdmin; appended: ReaderCluster },
  ) {
    this.#connection = connection;
    this.#topic = topic;
    this.#admin = admin;
    this.#appended = appended;
  }

  /**
   * Takes what was committed since the last look. If it rejects, or `take` does, the next look begins where this one did.
   *
   * @returns isAll: nothing that had been appended at the call is hidden
   * @throws {StreamsError} 'kafka-unavailable' after 15 s, 'topic-missing', 'offset-out-of-range', 'batch-unreadable'
   */
  async look(take: (record: IncomingRecord) => Promise<void>): Promise<{ readonly isAll: boolean }> {
    const goals = await this.#appendedUpTo();
    if (this.#hasReached(goals)) return { isAll: true };
    const bounds = await this.#admin.bounds(this.#topic);
    const until = new Map(bounds.map(({ end }, partition) => [partition, end]));
    for await (const record of readLog(this.#connection, {
      topic: this.#topic,
      from: new Map(
        bounds.map(({ start }, partition) => [partition, this.#positions.get(partition) ?? start]),
      ),
      until,
    }))
      await take(record);
    for (const [partition, end] of until) this.#positions.set(partition, end);
    return { isAll: this.#hasReached(goals) };
  }

  close(): Promise<void> {
    return this.#appended.close();
  }

  #hasReached(goals: ReadonlyMap<number, number>): boolean {
    return [...goals].every(([partition, goal]) => (this.#positions.get(partition) ?? 0) >= goal);
  }

  /** The offset behind the last record of each partition, whether it is committed or not. */
  #appendedUpTo(): Promise<ReadonlyMap<number, number>> {
    const { cluster } = this.#appended;
    return retryWithin(limitMs, `look up the end of "${this.#topic}"`, async () => {
      const partitions = await partitionsOf(cluster, this.#topic);
      const question = { fromBeginning: false };
      const ends = await lookUpOffsets(cluster, this.#topic, { partitions, question });
      return new Map(partitions.map((partition, index) => [partition, ends[index] ?? 0]));
    });
  }
}
