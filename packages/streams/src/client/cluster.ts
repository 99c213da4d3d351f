import type { Cluster, PartitionAssigner } from 'kafkajs';
import { createKafka, type KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import { PartitionAssigners } from './kafkajs.ts';

export interface OpenCluster {
  readonly cluster: Cluster;
  close(): Promise<void>;
}

/**
 * A connection to the brokers that asks as a read-committed reader does, without being in a group. kafkajs
 * hands its `Cluster` to assignors only, so this is a consumer that is never run.
 */
export async function openCluster(connection: KafkaConnection, suffix: string): Promise<OpenCluster> {
  let cluster: Cluster | undefined;
  const assignor: PartitionAssigner = (given) => {
    cluster = given.cluster;
    return PartitionAssigners.roundRobin(given);
  };
  const instance = createKafka(connection, suffix);
  const consumer = instance.kafka.consumer({
    groupId: `${connection.clientId}-${suffix}`, // a name only: the group is never joined
    partitionAssigners: [assignor],
    allowAutoTopicCreation: false,
  });
  if (cluster === undefined) throw new StreamsError('unknown', 'kafkajs gave no cluster to the assignor');
  try {
    await consumer.connect();
  } catch (error) {
    await instance.release(consumer);
    throw error;
  }
  return { cluster, close: () => instance.release(consumer) };
}
