import { StreamsError } from '@understudy/streams';

/** Why an exchange is not in the log, or not with both of its records. Callers got production's answer all the same. */
export const lossReasons = [
  /** The queue was full when the request came: Kafka is away or slow. */
  'queue-full',
  /** The queue was full, and the registry had not answered since the start. */
  'registry-away',
  /** The queue was full, and Kafka or its topics had not been found since the start. */
  'kafka-away',
  /** The queue was full, and topics or schemas are not as they have to be. */
  'setup-refused',
  /** A value doesn't fit the schema. */
  'unencodable',
  /** Kafka refused the record itself, for example for its size. */
  'record-refused',
  /** Sending failed for another reason. */
  'delivery',
  /** Still waiting when recording was closed. */
  'shutdown',
] as const;

export type LossReason = (typeof lossReasons)[number];

/** The reason for what sending an exchange threw. */
export function lossReasonOf(error: unknown): LossReason {
  if (!(error instanceof StreamsError)) return 'unencodable';
  if (error.code === 'closed') return 'shutdown';
  return error.code === 'record-refused' || error.code === 'queue-full' ? error.code : 'delivery';
}
