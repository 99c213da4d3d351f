import type { Cluster, Consumer } from 'kafkajs';
import { createKafka, type KafkaConnection, type KafkaInstance } from './connection.ts';
import { openWithin } from './retry.ts';

const limitMs = 15_000;

/**
 * A connection to the brokers that asks as a reader does, without being in a group: one of what is committed, unless
 * asked otherwise. So it is a consumer that is never run.
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
    this.#instance = createKafka(connection, suffix);
    this.#consumer = this.#instance.kafka.consumer({
      groupId: `${connection.clientId}-${suffix}`, // a name only: the group is never joined
      allowAutoTopicCreation: false,
      readUncommitted: isolation === 'uncommitted',
    });
    this.cluster = this.#instance.cluster();
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
