import type { CommittedOffset } from '../../client/admin.ts';
import { StreamsError } from '../../client/errors.ts';
import type { OutgoingRecord } from '../../client/records.ts';
import type { CommitPosition } from '../../client/transactional-producer.ts';
import { type Ending, SimulatedPartition } from './simulated-partition.ts';
import type { World } from './world.ts';

/** The coordinator still writes the markers of the id's last transaction: the same again will do. */
export class ConcurrentTransactions extends Error {}

/** Who writes: an id, and the epoch in which it was opened. */
export interface Producer {
  readonly transactionalId: string;
  readonly epoch: number;
}

interface Transaction {
  readonly partitions: Set<SimulatedPartition>;
  readonly offsets: { readonly group: string; readonly position: CommitPosition }[];
  readonly callOffTimeout: () => void;
}

interface TransactionalId {
  epoch: number;
  open: Transaction | null;
  /** Markers that are still to be written. */
  unwritten: number;
}

const transactionTimeoutMs = 30_000;

/**
 * The simulated Kafka: partitions, and a coordinator of transactions. An end is acknowledged at once; its markers reach
 * each partition, and the group's offsets, later and apart from each other.
 */
export class SimulatedBroker {
  readonly #world: World;
  readonly #partitions: ReadonlyMap<string, readonly SimulatedPartition[]>;
  readonly #ids = new Map<string, TransactionalId>();
  readonly #committed = new Map<string, CommittedOffset>();
  /** Transactions that were committed. */
  commits = 0;

  /** @param topics how many partitions each has */
  constructor(world: World, topics: ReadonlyMap<string, number>) {
    this.#world = world;
    this.#partitions = new Map(
      [...topics].map(([topic, count]) => [
        topic,
        Array.from({ length: count }, (_, partition) => new SimulatedPartition(topic, partition)),
      ]),
    );
  }

  topic(name: string): readonly SimulatedPartition[] {
    const partitions = this.#partitions.get(name);
    if (partitions === undefined) throw new StreamsError('topic-missing', `there is no topic "${name}"`);
    return partitions;
  }

  partition(topic: string, partition: number): SimulatedPartition {
    const found = this.topic(topic)[partition];
    if (found === undefined) throw new StreamsError('topic-missing', `there is no ${topic}/${partition}`);
    return found;
  }

  /** Writes a record outside of any transaction. */
  append(record: OutgoingRecord): number {
    return this.partition(record.topic, record.partition).append(record, this.#world.nowMs, null);
  }

  /** Fences who had the id, aborts what they had open, and gives it away when nothing of theirs is unwritten. */
  takeOver(transactionalId: string): Producer {
    const id = this.#ids.get(transactionalId) ?? { epoch: 0, open: null, unwritten: 0 };
    this.#ids.set(transactionalId, id);
    if (id.open !== null) {
      id.epoch += 1;
      this.#end(transactionalId, id, 'abort');
    }
    if (id.unwritten > 0) throw new ConcurrentTransactions();
    id.epoch += 1;
    return { transactionalId, epoch: id.epoch };
  }

  /** Writes records of one partition within the producer's transaction. @returns the first offset */
  produce(producer: Producer, records: readonly OutgoingRecord[]): number {
    const transaction = this.#transactionOf(producer);
    const offsets = records.map((record) => {
      const partition = this.partition(record.topic, record.partition);
      transaction.partitions.add(partition);
      return partition.append(record, this.#world.nowMs, producer.transactionalId);
    });
    return offsets[0] ?? 0;
  }

  sendOffsets(producer: Producer, group: string, positions: readonly CommitPosition[]): void {
    const transaction = this.#transactionOf(producer);
    for (const position of positions) transaction.offsets.push({ group, position });
  }

  /** Acknowledged when this returns, seen by nobody yet. */
  end(producer: Producer, ending: Ending): void {
    this.#transactionOf(producer);
    if (ending === 'commit') this.commits += 1;
    this.#end(producer.transactionalId, this.#idOf(producer), ending);
  }

  /** What readers of a group's offsets see at this moment. */
  committed(group: string, topic: string, partition: number): CommittedOffset {
    const nothing = { topic, partition, offset: null, metadata: null };
    return this.#committed.get(offsetKey(group, topic, partition)) ?? nothing;
  }

  #idOf({ transactionalId, epoch }: Producer): TransactionalId {
    const id = this.#ids.get(transactionalId);
    if (id?.epoch === epoch) return id;
    throw new StreamsError('fenced', `${transactionalId} was opened again since epoch ${epoch}`);
  }

  #transactionOf(producer: Producer): Transaction {
    const id = this.#idOf(producer);
    if (id.unwritten > 0) throw new ConcurrentTransactions();
    if (id.open !== null) return id.open;
    const callOffTimeout = this.#world.after(null, transactionTimeoutMs, () => {
      id.epoch += 1;
      this.#end(producer.transactionalId, id, 'abort');
    });
    const open = { partitions: new Set<SimulatedPartition>(), offsets: [], callOffTimeout };
    id.open = open;
    return open;
  }

  #end(transactionalId: string, id: TransactionalId, ending: Ending): void {
    const transaction = id.open;
    if (transaction === null) return;
    transaction.callOffTimeout();
    id.open = null;
    for (const partition of transaction.partitions)
      this.#mark(id, () => partition.end(transactionalId, ending, this.#world.nowMs));
    if (ending === 'commit' && transaction.offsets.length > 0) {
      this.#mark(id, () => {
        for (const { group, position } of transaction.offsets)
          this.#committed.set(offsetKey(group, position.topic, position.partition), position);
      });
    }
  }

  #mark(id: TransactionalId, write: () => void): void {
    const { random } = this.#world;
    id.unwritten += 1;
    this.#world.after(null, random.chance(0.1) ? random.between(0, 3_000) : random.between(0, 20), () => {
      id.unwritten -= 1;
      write();
    });
  }
}

function offsetKey(group: string, topic: string, partition: number): string {
  return `${group} ${topic}/${partition}`;
}
