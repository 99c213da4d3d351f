import { StreamsError } from './errors.ts';

interface UnreadableBatch {
  readonly offset: number;
  readonly cause: unknown;
}

const unreadable = new WeakMap<object, UnreadableBatch>();

/** Notes that a fetched partition's `records` end where they do because the batch after them is unreadable. */
export function endsAtUnreadable(records: object, batch: UnreadableBatch): void {
  unreadable.set(records, batch);
}

/**
 * Why a fetched partition's `records` end where they do: 'batch-unreadable'; null if there is no such reason.
 * It matters when the position has come so far: until then the records are good.
 */
export function unreadableAfter(
  records: object,
  { topic, partition }: { readonly topic: string; readonly partition: number },
): StreamsError | null {
  const batch = unreadable.get(records);
  if (batch === undefined) return null;
  const { offset, cause } = batch;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const message = `Kafka: the batch of records at ${topic}/${partition}@${offset} can't be read: ${reason}`;
  return new StreamsError('batch-unreadable', message, { cause });
}
