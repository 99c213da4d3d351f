import { crc32 } from 'node:zlib';
import type { Entry } from '../entry.ts';

/** Hashes are whole numbers from 0 up to, and without, this. */
export const allKeys: number = 2 ** 32;

/**
 * Which of the requests belong together: those of one session, which have its id as the request key, else those with an
 * equal body. Answers to them are likely to be alike, so together they are one trial, not many. What has neither is like
 * no other.
 *
 * @param salt - of the experiment, so that experiments keep apart other keys of those there are too many of
 * @returns a hash in [0, 2^32): of the thousands of keys that are kept apart at a time, two have the same once in
 *   thousands of times, and are then taken for one
 */
export function requestKey({ request }: Pick<Entry, 'request'>, salt: number): number {
  const { payload, offset } = request;
  if (payload === null) return salted(`unreadable@${offset}`, salt);
  const { key, exchangeId, body } = payload;
  if (key !== null && key.toString() !== exchangeId) return salted(key, salt);
  return salted(body.length > 0 ? body : exchangeId, salt);
}

/** Another one than the sampling's own: it would keep apart the very keys that it samples. */
export function keySalt(samplingSalt: string): number {
  return crc32(`keys of ${samplingSalt}`);
}

/** CRC-32, and MurmurHash3's finalizer: every bit of a sum, in which alike texts are alike, comes to bear on all of the hash. */
function salted(data: Buffer | string, salt: number): number {
  const sum = crc32(data) ^ salt;
  let hash = Math.imul(sum ^ (sum >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
