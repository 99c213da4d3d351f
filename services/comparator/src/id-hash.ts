/** 128 bits, as four whole numbers of 32. */
export type IdHash = [number, number, number, number];

/**
 * Writes the hash of an exchange id into `hash`, and returns it: in each of four lanes, every UTF-16 unit is mixed in by
 * xor and an odd factor (FNV-1a's step), and the end by the finalizer of MurmurHash3. Of a billion ids, two have the same
 * with a chance of about 10^-20. It is for memory only: what is published has a cryptographic digest.
 */
export function hashId(exchangeId: string, hash: IdHash): IdHash {
  let [a, b, c, d] = seeds;
  for (let n = 0; n < exchangeId.length; n += 1) {
    const unit = exchangeId.charCodeAt(n);
    a = Math.imul(a ^ unit, 0x9e3779b1);
    b = Math.imul(b ^ unit, 0x85ebca77);
    c = Math.imul(c ^ unit, 0xc2b2ae3d);
    d = Math.imul(d ^ unit, 0x27d4eb2f);
  }
  hash[0] = finalized(a);
  hash[1] = finalized(b);
  hash[2] = finalized(c);
  hash[3] = finalized(d);
  return hash;
}

const seeds: Readonly<IdHash> = [0x2545f491, 0x4f6cdd1d, 0x1b873593, 0x38b34ae5];

/** Every bit of the lane comes to bear on every bit of the result. */
function finalized(lane: number): number {
  let mixed = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
