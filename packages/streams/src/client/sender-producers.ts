import type { Producer } from 'kafkajs';
import { createKafka, type KafkaConnection, type KafkaInstance } from './connection.ts';
import { Partitioners } from './kafkajs.ts';

/** The use of one producer for one batch, from its first attempt to its last. */
export interface ProducerLease {
  /** Connects first, if need be. */
  producer(): Promise<Producer>;
  /** No new batch gets this producer; it is closed once those that have it are done. */
  retire(): void;
  release(): void;
}

/**
 * Two quick attempts, then the sender decides. kafkajs' own "endless" retries of idempotent producers end
 * after some 10 s.
 */
const retry = { initialRetryTime: 50, maxRetryTime: 500, retries: 2 };

/**
 * One idempotent producer at a time for all lanes; a spoilt one is replaced, while other lanes finish their
 * batches with it.
 */
export class SenderProducers {
  readonly #connection: KafkaConnection;
  #current: SharedProducer | null = null;
  readonly #all = new Set<SharedProducer>();

  constructor(connection: KafkaConnection) {
    this.#connection = connection;
  }

  lease(): ProducerLease {
    this.#current ??= this.#create();
    const shared = this.#current;
    shared.users += 1;
    return {
      producer: () => shared.connected(),
      retire: () => {
        shared.isRetired = true;
        if (this.#current === shared) this.#current = null;
      },
      release: () => {
        shared.users -= 1;
        if (shared.isRetired && shared.users === 0) void this.#close(shared);
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((shared) => this.#close(shared)));
  }

  #create(): SharedProducer {
    const shared = new SharedProducer(this.#connection);
    this.#all.add(shared);
    return shared;
  }

  async #close(shared: SharedProducer): Promise<void> {
    this.#all.delete(shared);
    await shared.close();
  }
}

class SharedProducer {
  users = 0;
  isRetired = false;
  readonly #instance: KafkaInstance;
  readonly #producer: Producer;
  #connecting: Promise<void> | null = null;

  constructor(connection: KafkaConnection) {
    this.#instance = createKafka(connection, 'sender', { retry });
    this.#producer = this.#instance.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry,
    });
  }

  async connected(): Promise<Producer> {
    this.#connecting ??= this.#producer.connect();
    try {
      await this.#connecting;
    } catch (error) {
      this.#connecting = null; // nothing was sent yet: the next attempt connects again
      throw error;
    }
    return this.#producer;
  }

  async close(): Promise<void> {
    await this.#instance.release(this.#producer);
  }
}
