import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { readLog } from '../client/log-reader.ts';
import type { IncomingRecord } from '../client/records.ts';
import { type Letter, parseLetter, parseSettlement, type Settlement } from './letter-headers.ts';

/** Where a dead letter stands in its topic. */
export interface LetterPosition {
  readonly partition: number;
  readonly offset: number;
}

/** A dead letter, without its bytes. */
export interface DeadLetter extends LetterPosition {
  /** When it was given up: its append time, ms since the epoch. */
  readonly deadMs: number;
  /** Null: its headers are not those of a letter, somebody else wrote it. */
  readonly letter: Letter | null;
  /** Null: nobody has done anything about it. */
  readonly settlement: Settlement | null;
}

export interface DeadLetterList {
  /** By partition and offset. */
  readonly letters: readonly DeadLetter[];
  /** How many more there are: the oldest ones, beyond the limit. */
  readonly older: number;
}

/** The topic of the dead letters, and how to get there. */
export interface DeadLetterTopic {
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly topic: string;
}

/** Reads the newest letters of every partition, at most about `maxLetters`, with what was done about them. */
export async function listDeadLetters(
  { connection, admin, topic }: DeadLetterTopic,
  maxLetters: number,
): Promise<DeadLetterList> {
  const partitions = await admin.partitionCount(topic);
  const maxInPartition = Math.ceil(maxLetters / partitions);
  const letters: DeadLetter[] = [];
  let older = 0;
  for (let partition = 0; partition < partitions; partition += 1) {
    const kept = new Map<number, DeadLetter>();
    for await (const record of readLog(connection, { topic, partitions: [partition] })) {
      addTo(kept, record);
      if (kept.size <= maxInPartition) continue;
      const [oldest = -1] = kept.keys();
      kept.delete(oldest);
      older += 1;
    }
    letters.push(...kept.values());
  }
  return { letters, older };
}

/** Letters have a value, settlements have none; whatever else lies there is passed over. */
function addTo(letters: Map<number, DeadLetter>, record: IncomingRecord): void {
  const { partition, offset, timestampMs, value, headers } = record;
  if (value !== null) {
    const letter = parseLetter(headers);
    letters.set(offset, { partition, offset, deadMs: timestampMs, letter, settlement: null });
    return;
  }
  const settlement = parseSettlement(headers);
  const settled = settlement === null ? undefined : letters.get(settlement.letterOffset);
  // Of two settlements the first one counts: it is the one that was done.
  if (settled?.settlement === null) letters.set(settled.offset, { ...settled, settlement });
}

/** A dead letter with its record: key, value and all headers. */
export interface FoundLetter extends DeadLetter {
  readonly record: IncomingRecord;
}

/** The letters at some positions, by position; those that are not there, or not any more, are missing. */
export async function findDeadLetters(
  { connection, admin, topic }: DeadLetterTopic,
  positions: readonly LetterPosition[],
): Promise<readonly FoundLetter[]> {
  const bounds = await admin.bounds(topic);
  const found: FoundLetter[] = [];
  for (const [partition, wanted] of Map.groupBy(positions, (position) => position.partition)) {
    const start = bounds[partition]?.start;
    if (start === undefined) continue;
    const offsets = new Set(wanted.map(({ offset }) => offset));
    const from = Math.max(start, Math.min(...offsets));
    const letters = new Map<number, DeadLetter>();
    const records = new Map<number, IncomingRecord>();
    for await (const record of readLog(connection, {
      topic,
      partitions: [partition],
      from: new Map([[partition, from]]),
    })) {
      const isWanted = offsets.has(record.offset);
      if (isWanted) records.set(record.offset, record);
      if (isWanted || record.value === null) addTo(letters, record);
    }
    for (const letter of letters.values()) {
      const record = records.get(letter.offset);
      if (record !== undefined) found.push({ ...letter, record });
    }
  }
  return found;
}
