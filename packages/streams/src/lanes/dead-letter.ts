import { type Lane, laneName } from '@understudy/domain';
import type { IncomingRecord, OutgoingRecord } from '../client/records.ts';
import type { StreamsError } from '../client/errors.ts';
import { type LetterStage, withLetter } from './letter-headers.ts';

export interface DeadLetterOptions {
  readonly topic: string;
  readonly lane: Lane;
  /** The service that could not go on with the record. */
  readonly stage: LetterStage;
  readonly record: IncomingRecord;
  readonly error: StreamsError;
}

/** A record that can't be read as it was, with headers that say who gave up on it, why, and where it stood. */
export function deadLetter({ topic, lane, stage, record, error }: DeadLetterOptions): OutgoingRecord {
  const { partition, key, value } = record;
  const headers = withLetter(record.headers, {
    lane: laneName(lane),
    stage,
    reason: `${error.code}: ${error.message}`,
    source: { topic: record.topic, partition, offset: record.offset },
    appendedMs: record.timestampMs,
    calls: null,
  });
  return { topic, partition, key, value, headers };
}
