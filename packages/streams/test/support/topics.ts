import { KafkaAdmin } from '../../src/client/admin.ts';
import { openCluster } from '../../src/client/cluster.ts';
import type { KafkaConnection } from '../../src/client/connection.ts';
import { readLog } from '../../src/client/log-reader.ts';

export async function createTopic(connection: KafkaConnection, topic: string, partitions = 1): Promise<void> {
  const admin = await KafkaAdmin.open(connection);
  try {
    await admin.ensureTopics([{ topic, partitions, replicationFactor: 1, configs: {} }]);
  } finally {
    await admin.close();
  }
}

/** The values in the log, as text, in the order of partition and offset. */
export async function valuesIn(connection: KafkaConnection, topic: string): Promise<string[]> {
  const values: string[] = [];
  for await (const { value } of readLog(connection, { topic })) values.push(value?.toString() ?? '');
  return values;
}

/** Where the log of partition 0 ends for a reader of everything: open transactions and markers count. */
export async function logEnd(connection: KafkaConnection, topic: string): Promise<number> {
  const open = await openCluster(connection, 'log-end');
  const { cluster } = open;
  try {
    await cluster.addMultipleTargetTopics([topic]);
    const [leader = ''] = Object.keys(cluster.findLeaderForPartitions(topic, [0]));
    const broker = await cluster.findBroker({ nodeId: leader });
    const response: { responses: { partitions: { highWatermark: string }[] }[] } = await broker.fetch({
      maxWaitTime: 10,
      topics: [{ topic, partitions: [{ partition: 0, fetchOffset: '0', maxBytes: 1 }] }],
    });
    return Number(response.responses[0]?.partitions[0]?.highWatermark);
  } finally {
    await open.close();
  }
}
