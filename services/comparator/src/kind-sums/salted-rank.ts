import { hash } from 'node:crypto';

const hexDigits = 12;

/**
 * Where something stands in an order that nothing but chance has made: the first 48 bits of a salted SHA-256, as a whole
 * number. Keeping the least of them keeps a uniform sample that depends on names alone.
 *
 * @param salt - what is chosen: choices with different salts are independent
 */
export function saltedRank(salt: string, name: string): number {
  return Number.parseInt(hash('sha256', `${salt}\0${name}`).slice(0, hexDigits), 16);
}
