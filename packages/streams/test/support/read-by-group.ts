import type { KafkaConnection } from '../../src/client/connection.ts';
import { GroupConsumer } from '../../src/client/consumer.ts';
import { PartitionAssigners } from '../../src/client/kafkajs.ts';
import type { IncomingRecord } from '../../src/client/records.ts';
import { inTime } from '../../src/client/retry.ts';

export interface GroupReadRange {
  readonly topic: string;
  readonly from: number;
  readonly until: number;
}

/** What our consumer delivers of partition 0 from `from` until its position reaches `until`, within 15 s. */
export async function readByGroup(
  connection: KafkaConnection,
  { topic, from, until }: GroupReadRange,
): Promise<IncomingRecord[]> {
  const consumer = await GroupConsumer.open(connection, {
    groupId: `${topic}-ours-${from}`,
    topics: [topic],
    assignor: PartitionAssigners.roundRobin,
  });
  const all: IncomingRecord[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  try {
    await consumer.run({
      onBatch(_topic, _partition, records, nextOffset) {
        for (const record of records) all.push(record);
        if (nextOffset >= until) resolve();
      },
      onAssigned: () => consumer.seek(topic, 0, from),
      onOutOfRange: (_topic, _partition, offset) => reject(new Error(`out of range at ${offset}`)),
      onUnreadable: (_topic, _partition, error) => reject(error),
      onCrash: reject,
    });
    await inTime(15_000, `read ${topic} to its end`, promise);
  } finally {
    await consumer.close();
  }
  return all;
}
