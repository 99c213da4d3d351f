import { setTimeout as wait } from 'node:timers/promises';
import type { KafkaConnection } from '../client/connection.ts';
import { StreamsError, type StreamsErrorCode } from '../client/errors.ts';
import type { OutgoingRecord } from '../client/records.ts';
import { TransactionalProducer } from '../client/transactional-producer.ts';
import { untilSettled } from '../client/until-settled.ts';

export interface ChangeAloneOptions {
  readonly connection: KafkaConnection;
  /** Of whoever changes the same thing. */
  readonly transactionalId: string;
  readonly topic: string;
  readonly partition: number;
  /** Completes the sentence "could not record …". */
  readonly what: string;
}

/** Reads what the topic holds, and says what is to be added to the partition, if anything. May throw: then nothing is. */
export type Change<T> = () => Promise<{
  readonly result: T;
  readonly record: Omit<OutgoingRecord, 'topic' | 'partition'> | null;
}>;

/** How a commit ends when another process takes the id at the same moment: which of the two depends on the moment. */
const lostRace: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>(['fenced', 'transaction-failed']);
/** How often a process that lost the race for a record looks again. */
const attempts = 10;
/** Two that keep fencing each other part ways by waiting for a different time. */
const longestPauseMs = 1_000;

/**
 * Adds a record that depends on what is there already. Many may do so at once: who writes has fenced everyone who looked
 * before, and they look again. So `change` can be called more than once. When it resolves, whoever reads the topic sees
 * the record.
 *
 * @throws {StreamsError} 'kafka-unavailable'; and whatever `change` throws
 */
export async function changeAlone<T>(options: ChangeAloneOptions, change: Change<T>): Promise<T> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    try {
      return await tryToChange(options, change);
    } catch (error) {
      if (!(error instanceof StreamsError) || !lostRace.has(error.code)) throw error;
    }
    await wait(Math.random() * longestPauseMs);
  }
  throw new StreamsError('kafka-unavailable', `could not record ${options.what}: others kept writing`);
}

async function tryToChange<T>(
  { connection, transactionalId, topic, partition }: ChangeAloneOptions,
  change: Change<T>,
): Promise<T> {
  const producer = await TransactionalProducer.open(connection, {
    transactionalId,
    writes: [{ topic, partition }],
  });
  try {
    // Another's transaction that is open in the partition would hide what was written behind its beginning.
    await untilSettled(connection, topic, [partition]);
    const { result, record } = await change();
    if (record !== null) {
      await producer.commit({ records: [{ ...record, topic, partition }] });
      // A commit is acknowledged before its end is in the log: a reader that came now could miss what it has written.
      await untilSettled(connection, topic, [partition]);
    }
    return result;
  } finally {
    await producer.close();
  }
}
