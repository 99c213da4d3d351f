import { hash } from 'node:crypto';

const modulus = 1n << 128n;

/**
 * A digest of a multiset of exchange ids: the sum of their hashes (SHA-256, first 128 bits) modulo 2^128. Sums have
 * no order, so parts may be digested apart and added; an id too many or too few shows.
 */
export function addToDigest(digest: bigint, exchangeId: string): bigint {
  return (digest + BigInt(`0x${hash('sha256', exchangeId).slice(0, 32)}`)) % modulus;
}

export function mergeDigests(a: string, b: string): string {
  return digestText((BigInt(`0x${a}`) + BigInt(`0x${b}`)) % modulus);
}

/** 32 hex digits. */
export function digestText(digest: bigint): string {
  return digest.toString(16).padStart(32, '0');
}
