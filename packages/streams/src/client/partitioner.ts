/**
 * The partition of a key, as Kafka's Java client chooses it by default: murmur2 of the key's UTF-8 bytes,
 * sign bit cleared, modulo the partition count. Records of one key written by any Java client land in the
 * same partition.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

/** MurmurHash2 of Austin Appleby, 32 bits, with the seed Kafka uses. */
function murmur2(bytes: Buffer): number {
  const seed = 0x9747b28c;
  const multiplier = 0x5bd1e995;
  const wholeWords = bytes.length - (bytes.length % 4);
  let hash = seed ^ bytes.length;

  for (let at = 0; at < wholeWords; at += 4) {
    let word = Math.imul(bytes.readInt32LE(at), multiplier);
    word ^= word >>> 24;
    hash = Math.imul(hash, multiplier) ^ Math.imul(word, multiplier);
  }
  if (wholeWords < bytes.length) {
    hash ^= bytes.readUIntLE(wholeWords, bytes.length - wholeWords);
    hash = Math.imul(hash, multiplier);
  }
  hash ^= hash >>> 13;
  hash = Math.imul(hash, multiplier);
  return hash ^ (hash >>> 15);
}
