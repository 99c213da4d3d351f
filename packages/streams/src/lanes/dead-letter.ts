import { type Lane, laneName } from '@understudy/domain';
import type { IncomingRecord, OutgoingRecord } from '../client/records.ts';
import type { StreamsError } from '../client/errors.ts';

export interface DeadLetterOptions {
  readonly topic: string;
  readonly lane: Lane;
  /** The service that could not go on with the record. */
  readonly stage: string;
  readonly record: IncomingRecord;
  readonly error: StreamsError;
}

/** The record as it was, with headers that say who gave up on it, why, and where it stood. */
export function deadLetter({ topic, lane, stage, record, error }: DeadLetterOptions): OutgoingRecord {
  return {
    topic,
    partition: record.partition,
    key: record.key,
    value: record.value,
    headers: {
      ...record.headers,
      'understudy-lane': laneName(lane),
      'understudy-stage': stage,
      'understudy-reason': `${error.code}: ${error.message}`,
      'understudy-source': `${record.topic}/${record.partition}/${record.offset}`,
      'understudy-appended': new Date(record.timestampMs).toISOString(),
    },
  };
}
