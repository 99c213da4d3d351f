import { hash } from 'node:crypto';

const bits = 128;

/**
 * A digest of a multiset of exchange ids: the sum of their hashes (SHA-256, first 128 bits) modulo 2^128. Sums have
 * no order, so parts may be digested apart and added; an id too many or too few shows.
 */
export function addToDigest(digest: bigint, exchangeId: string): bigint {
  return BigInt.asUintN(bits, digest + BigInt(`0x${hash('sha256', exchangeId).slice(0, 32)}`));
}

export function mergeDigests(a: string, b: string): string {
  return digestText(BigInt.asUintN(bits, BigInt(`0x${a}`) + BigInt(`0x${b}`)));
}

/** 32 hex digits. */
export function digestText(digest: bigint): string {
  return digest.toString(16).padStart(32, '0');
}
