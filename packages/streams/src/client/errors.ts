/** Every code a StreamsError can carry: whether the same again may succeed, and what it means. */
export const streamsErrorCodes = {
  fenced: { retriable: false, meaning: 'another producer took over the transactional id' },
  'transaction-failed': {
    retriable: false,
    meaning: 'the outcome is unknown: open a new producer, then read what is committed',
  },
  'producer-unusable': {
    retriable: false,
    meaning: 'used after a failure, after close, or while a commit was running',
  },
  'queue-full': { retriable: true, meaning: 'the bounded queue has no room' },
  'delivery-timeout': {
    retriable: true,
    meaning: 'not acknowledged in time; it may have been written all the same',
  },
  'record-refused': {
    retriable: false,
    meaning: 'the broker refused this very record, for example for its size',
  },
  closed: { retriable: false, meaning: 'closed before it was done' },
  'topic-mismatch': { retriable: false, meaning: 'a topic exists, but not as it is needed' },
  'state-mismatch': {
    retriable: false,
    meaning: 'what was committed is not what this version, or this config, can go on from',
  },
  'topic-refused': { retriable: false, meaning: 'the broker refused to create a topic' },
  'topic-missing': { retriable: true, meaning: 'a topic or partition does not exist, or not yet' },
  'offset-out-of-range': {
    retriable: false,
    meaning: 'the position is not in the log: what was there is gone',
  },
  'read-again': { retriable: true, meaning: 'what was left in the log for want of room is needed now' },
  'clock-ahead': {
    retriable: false,
    meaning: 'a record was appended more than 60 s ahead of the clock of this machine',
  },
  'registry-unavailable': { retriable: true, meaning: 'the schema registry does not answer' },
  unreadable: { retriable: false, meaning: 'a record cannot be decoded' },
  'batch-unreadable': {
    retriable: false,
    meaning: 'a batch of records is broken, or unfolds to more than 64 MiB',
  },
  'kafka-unavailable': { retriable: true, meaning: 'Kafka does not answer, or with an error that passes' },
  'not-authorized': { retriable: false, meaning: 'Kafka refused the credentials or the operation' },
  'handler-failed': { retriable: false, meaning: 'a handler of the consumer threw' },
  unknown: { retriable: false, meaning: 'nobody expected this error here; its cause says more' },
} as const;

export type StreamsErrorCode = keyof typeof streamsErrorCodes;

/** The only error this package throws. `cause` is what was caught, if anything. */
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

/** Makes a StreamsError of whatever was thrown. `doing` completes the sentence "Kafka: could not …". */
export function toStreamsError(error: unknown, doing: string): StreamsError {
  if (error instanceof StreamsError) return error;
  const chain = causes(error);
  const code = chain.map(codeOf).find((found) => found !== null) ?? 'unknown';
  const reason = chain.at(-1)?.message ?? String(error);
  return new StreamsError(code, `Kafka: could not ${doing}: ${reason}`, { cause: error });
}

/**
 * The name Kafka's protocol gives to the error, for example `INVALID_PRODUCER_EPOCH`; null for any other
 * error.
 */
export function protocolErrorType(error: unknown): string | null {
  for (const link of causes(error)) {
    if (link.type === undefined) continue;
    return producerFencedMessage.test(link.message) ? 'PRODUCER_FENCED' : link.type;
  }
  return null;
}

/** PRODUCER_FENCED is newer than kafkajs' list of codes. */
const producerFencedMessage = /\berror code 90$/;

const codeByType: ReadonlyMap<string, StreamsErrorCode> = new Map([
  ['INVALID_PRODUCER_EPOCH', 'fenced'],
  ['PRODUCER_FENCED', 'fenced'],
  ['MESSAGE_TOO_LARGE', 'record-refused'],
  ['RECORD_LIST_TOO_LARGE', 'record-refused'],
  ['INVALID_TIMESTAMP', 'record-refused'],
  ['INVALID_RECORD', 'record-refused'],
  ['UNKNOWN_TOPIC_OR_PARTITION', 'topic-missing'],
  ['INVALID_TOPIC_EXCEPTION', 'topic-refused'],
  ['INVALID_REPLICATION_FACTOR', 'topic-refused'],
  ['INVALID_PARTITIONS', 'topic-refused'],
  ['INVALID_CONFIG', 'topic-refused'],
  ['POLICY_VIOLATION', 'topic-refused'],
  ['OFFSET_OUT_OF_RANGE', 'offset-out-of-range'],
  ['SASL_AUTHENTICATION_FAILED', 'not-authorized'],
  ['TOPIC_AUTHORIZATION_FAILED', 'not-authorized'],
  ['GROUP_AUTHORIZATION_FAILED', 'not-authorized'],
  ['CLUSTER_AUTHORIZATION_FAILED', 'not-authorized'],
  ['TRANSACTIONAL_ID_AUTHORIZATION_FAILED', 'not-authorized'],
]);

const codeByName: ReadonlyMap<string, StreamsErrorCode> = new Map([
  ['KafkaJSSASLAuthenticationError', 'not-authorized'],
  ['KafkaJSGroupCoordinatorNotFound', 'kafka-unavailable'],
  ['KafkaJSLockTimeout', 'kafka-unavailable'],
  ['KafkaJSTimeout', 'kafka-unavailable'],
]);

interface KafkaErrorLike extends Error {
  readonly type?: string;
  readonly retriable?: boolean;
}

/** The error, what caused it, what caused that: kafkajs wraps up to three times. */
function causes(error: unknown): KafkaErrorLike[] {
  const chain: KafkaErrorLike[] = [];
  for (let link = error; link instanceof Error && !chain.includes(link); link = link.cause) chain.push(link);
  return chain;
}

function codeOf(link: KafkaErrorLike): StreamsErrorCode | null {
  if (link instanceof StreamsError) return link.code;
  const type = link.type === undefined ? null : protocolErrorType(link);
  const known = (type === null ? undefined : codeByType.get(type)) ?? codeByName.get(link.name);
  if (known !== undefined) return known;
  return link.name.startsWith('KafkaJS') && link.retriable === true ? 'kafka-unavailable' : null;
}
