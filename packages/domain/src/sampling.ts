import { hash } from 'node:crypto';

const range = 2 ** 48;

/**
 * Whether a request is sampled: a salted hash of its key against the rate. Stable, so that whole sessions are
 * sampled or not, and anyone who knows salt and rate finds the same answer.
 *
 * @param rate share of keys to sample, in [0, 1]
 */
export function isSampled(key: string, salt: string, rate: number): boolean {
  if (rate >= 1) return true;
  if (rate <= 0) return false;
  const digest = hash('sha256', `${salt}\0${key}`, 'buffer');
  return digest.readUIntBE(0, 6) / range < rate;
}
