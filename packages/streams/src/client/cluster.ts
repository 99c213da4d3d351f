import type { Cluster, Consumer } from 'kafkajs';
import { createKafka, type KafkaConnection, type KafkaInstance } from './connection.ts';
import { StreamsError } from './errors.ts';
import { PartitionAssigners } from './kafkajs.ts';
import { openWithin } from './retry.ts';

const limitMs = 15_000;

/**
 * A connection to the brokers that asks as a reader does, without being in a group: one of what is committed, unless
 * asked otherwise. kafkajs hands its `Cluster` to assignors only, so this is a consumer that is never run.
 */
export class ReaderCluster {
  readonly cluster: Cluster;
  readonly #consumer: Consumer;
  readonly #instance: KafkaInstance;

  constructor(
    connection: KafkaConnection,
    suffix: string,
    isolation: 'committed' | 'uncommitted' = 'committed',
  ) {
    let cluster: Cluster | undefined;
    this.#instance = createKafka(connection, suffix);
    this.#consumer = this.#instance.kafka.consumer({
      groupId: `${connection.clientId}-${suffix}`, // a name only: the group is never joined
      partitionAssigners: [
        (given) => {
          ({ cluster } = given);
          return PartitionAssigners.roundRobin(given);
        },
      ],
      allowAutoTopicCreation: false,
      readUncommitted: isolation === 'uncommitted',
    });
    if (cluster === undefined) throw new StreamsError('unknown', 'kafkajs gave no cluster to the assignor');
    this.cluster = cluster;
  }

  connect(): Promise<void> {
    return this.#consumer.connect();
  }

  close(): Promise<void> {
    return this.#instance.release(this.#consumer);
  }
}

/** @throws {StreamsError} 'kafka-unavailable' after 15 s. */
export async function openCluster(connection: KafkaConnection, suffix: string): Promise<ReaderCluster> {
  return openWithin(limitMs, `connect to ${connection.brokers.join(', ')}`, {
    create: () => new ReaderCluster(connection, suffix),
    open: (reader) => reader.connect(),
  });
}
