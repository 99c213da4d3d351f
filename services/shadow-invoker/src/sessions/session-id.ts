import { hash } from 'node:crypto';
import type { ReadyLane } from '@understudy/streams';

type Key = Buffer | string | null;

/**
 * Which ordered session a request is of: a digest of its record's key, so that long keys take no more memory than short
 * ones. Shadow responses have their request's key, so they tell the same. Null: of none, for the lane's sessions are not
 * ordered, or the key is missing or the request's own id.
 *
 * @param exchangeId null: the record can't be read; then its key may be a session
 */
export function sessionOf(
  { experiment }: Pick<ReadyLane, 'experiment'>,
  key: Key,
  exchangeId: string | null,
): string | null {
  if (experiment.session?.ordered !== true || key === null) return null;
  return key.toString() === exchangeId ? null : sessionOfKey(key);
}

/** As {@link sessionOf}, of a record that was not decoded yet. */
export function sessionOfKey(key: Buffer | string): string {
  return hash('sha256', key, 'base64url');
}
