/** Every code a StreamsError can carry: whether trying the same again can help, and what it means. */
export const streamsErrorCodes = {
  fenced: { retriable: false, meaning: 'another producer took over the transactional id' },
  'transaction-failed': {
    retriable: false,
    meaning: 'the outcome of the transaction is unknown: open a new producer and read what is committed',
  },
  'producer-unusable': {
    retriable: false,
    meaning: 'called after a failure, after close, or while a commit was running',
  },
  'queue-full': { retriable: true, meaning: 'the bounded queue has no room' },
  'delivery-timeout': {
    retriable: true,
    meaning: 'not acknowledged in time; it may still have been written',
  },
  'record-refused': {
    retriable: false,
    meaning: 'the broker refused this very record, for example because it is too large',
  },
  closed: { retriable: false, meaning: 'closed before it was done' },
  'topic-mismatch': { retriable: false, meaning: 'a topic exists, but not as it is needed' },
  'topic-refused': { retriable: false, meaning: 'the broker refused to create a topic' },
  'topic-missing': { retriable: true, meaning: 'a topic or partition does not exist (yet)' },
  'offset-out-of-range': {
    retriable: false,
    meaning: 'the position is not in the log: records in between are gone',
  },
  'registry-unavailable': { retriable: true, meaning: 'the schema registry does not answer' },
  unreadable: { retriable: false, meaning: 'a record cannot be decoded' },
  'kafka-unavailable': {
    retriable: true,
    meaning: 'Kafka does not answer, or answers with an error that passes',
  },
  'not-authorized': { retriable: false, meaning: 'Kafka refused the credentials or the operation' },
  'handler-failed': { retriable: false, meaning: 'a handler of ours threw' },
  unknown: { retriable: false, meaning: 'an error nobody expected here; its cause says more' },
} as const satisfies Record<string, { retriable: boolean; meaning: string }>;

export type StreamsErrorCode = keyof typeof streamsErrorCodes;

export class StreamsError extends Error {
  readonly code: StreamsErrorCode;
  readonly retriable: boolean;

  constructor(code: StreamsErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'StreamsError';
    this.code = code;
    this.retriable = streamsErrorCodes[code].retriable;
  }
}

/** Turns whatever was thrown into a StreamsError; `doing` says what was being tried. */
export function toStreamsError(error: unknown, doing: string): StreamsError {
  if (error instanceof StreamsError) return error;
  return new StreamsError('unknown', `${doing}: ${String(error)}`, { cause: error });
}
