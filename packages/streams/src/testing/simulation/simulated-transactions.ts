import { StreamsError } from '../../client/errors.ts';
import type { OutgoingRecord } from '../../client/records.ts';
import type { TransactionContent } from '../../client/transactional-producer.ts';
import type { Transactions } from '../../tasks/task-ports.ts';
import type { Network } from './network.ts';
import type { Ending } from './simulated-partition.ts';
import { ConcurrentTransactions, type Producer, type SimulatedBroker } from './simulated-broker.ts';
import type { Process, World } from './world.ts';

const limitMs = 30_000;
const retryMs = 5;

export interface TransactionsOptions {
  readonly world: World;
  readonly broker: SimulatedBroker;
  readonly network: Network;
  readonly process: Process;
}

/** A transactional id in the hands of a simulated process: the requests that `TransactionalProducer` makes. */
export class SimulatedTransactions implements Transactions {
  readonly #options: TransactionsOptions;
  readonly #producer: Producer;
  #isUsable = true;

  private constructor(options: TransactionsOptions, producer: Producer) {
    this.#options = options;
    this.#producer = producer;
  }

  static async takeOver(
    options: TransactionsOptions,
    transactionalId: string,
  ): Promise<SimulatedTransactions> {
    const { broker } = options;
    const producer = await ask(options, 'kafka-unavailable', () => broker.takeOver(transactionalId));
    return new SimulatedTransactions(options, producer);
  }

  commit(transaction: TransactionContent): Promise<ReadonlyMap<string, number>> {
    return this.#write(transaction, 'commit');
  }

  /** Writes the same and gives it up. */
  async abort(records: readonly OutgoingRecord[]): Promise<void> {
    await this.#write({ records }, 'abort');
  }

  close(): Promise<void> {
    this.#isUsable = false;
    return Promise.resolve();
  }

  async #write(
    { records, offsets }: TransactionContent,
    ending: Ending,
  ): Promise<ReadonlyMap<string, number>> {
    if (!this.#isUsable) throw new StreamsError('producer-unusable', 'used after a failure');
    this.#isUsable = false;
    const { broker } = this.#options;
    const firstOffsets = new Map<string, number>();
    for (const [partition, batch] of Map.groupBy(
      records,
      (record) => `${record.topic}/${record.partition}`,
    )) {
      firstOffsets.set(partition, await this.#ask(() => broker.produce(this.#producer, batch)));
    }
    if (offsets !== undefined) {
      await this.#ask(() => broker.sendOffsets(this.#producer, offsets.groupId, offsets.positions));
    }
    await this.#ask(() => broker.end(this.#producer, ending));
    this.#isUsable = true;
    return firstOffsets;
  }

  #ask<T>(serve: () => T): Promise<T> {
    return ask(this.#options, 'transaction-failed', serve);
  }
}

/** Repeated while the markers of the id's last transaction are being written. */
async function ask<T>(
  { world, network, process }: TransactionsOptions,
  code: 'kafka-unavailable' | 'transaction-failed',
  serve: () => T,
): Promise<T> {
  for (;;) {
    try {
      return await network.request(process, serve, { code, afterMs: limitMs });
    } catch (error) {
      if (!(error instanceof ConcurrentTransactions)) throw error;
      await world.sleep(process, retryMs);
    }
  }
}
