import kafkajs, { type Cluster } from 'kafkajs';
import { patiently } from './patiently.ts';
import type { RawRecord } from './visible-records.ts';

/** A message as kafkajs decodes it from a fetch response. */
interface FetchedMessage {
  readonly offset: string;
  readonly timestamp: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, Buffer | readonly Buffer[] | undefined>>;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

interface Offsets {
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
}

interface FetchedPartition {
  readonly errorCode: number;
  readonly highWatermark: string;
  readonly messages: readonly FetchedMessage[];
}

const readUncommitted = 0;
const maxBytes = 4 * 1024 * 1024;
const triesForOneStep = 20;
/** A fetch that need not wait for anything; kafkajs gives it up 100 ms after the time that it might wait. */
const atOnce = { minBytes: 0, maxWaitTime: 10_000 };

/**
 * The raw log of a cluster: everything in it, aborted records and control records too. A client of bare kafkajs, of
 * which only the wire format is used: no group, no isolation, no guards of ours.
 */
export class RawLog {
  readonly #cluster: Cluster;
  readonly #disconnect: () => Promise<void>;
  /** By `topic/partition`: what was read so far, and where reading goes on. */
  readonly #read = new Map<string, { readonly records: RawRecord[]; position: number }>();

  static async open(brokers: readonly string[]): Promise<RawLog> {
    const clusters: Cluster[] = [];
    const kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId: 'oracle',
      logLevel: kafkajs.logLevel.NOTHING,
    });
    // kafkajs shows its connection to assignors only: this consumer is never run, so it joins no group.
    const consumer = kafka.consumer({
      groupId: 'oracle',
      partitionAssigners: [
        (given) => {
          clusters.push(given.cluster);
          return kafkajs.PartitionAssigners.roundRobin(given);
        },
      ],
    });
    await consumer.connect();
    const [cluster] = clusters;
    if (cluster === undefined) throw new Error('kafkajs gave no cluster to the assignor');
    return new RawLog(cluster, () => consumer.disconnect());
  }

  private constructor(cluster: Cluster, disconnect: () => Promise<void>) {
    this.#cluster = cluster;
    this.#disconnect = disconnect;
  }

  async close(): Promise<void> {
    await this.#disconnect();
  }

  /** Everything in a topic, by partition. A second call reads on from where the first one ended. */
  async read(topic: string): Promise<readonly (readonly RawRecord[])[]> {
    const partitions = await this.#partitionsOf(topic);
    const all: (readonly RawRecord[])[] = [];
    for (const partition of partitions) all.push(await this.#readPartition(topic, partition));
    return all;
  }

  /** First offset and the offset after the last record, as the broker counts them; by partition. */
  async bounds(topic: string): Promise<readonly { readonly start: number; readonly end: number }[]> {
    const partitions = (await this.#partitionsOf(topic)).map((partition) => ({ partition }));
    const look = async (fromBeginning: boolean): Promise<Offsets | undefined> => {
      const [found] = await patiently(() =>
        this.#cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }]),
      );
      return found;
    };
    const [starts, ends] = [await look(true), await look(false)];
    return partitions.map(({ partition }) => ({
      start: offsetOf(starts, partition),
      end: offsetOf(ends, partition),
    }));
  }

  /** True as soon as more is written to a partition, by a transaction that is still open too; false: not in time. */
  async grows(topic: string, partition: number, withinMs: number): Promise<boolean> {
    await this.#partitionsOf(topic);
    const read = await this.#readPartition(topic, partition);
    const position = (read.at(-1)?.offset ?? -1) + 1;
    const wait = { minBytes: 1, maxWaitTime: withinMs };
    const fetched = await this.#fetch(topic, partition, position, wait).catch(() => null); // a time-out of the client
    return fetched !== null && fetched.messages.length > 0;
  }

  async #partitionsOf(topic: string): Promise<readonly number[]> {
    await patiently(async () => {
      await this.#cluster.addMultipleTargetTopics([topic]);
      await this.#cluster.refreshMetadataIfNecessary();
    });
    const partitions = this.#cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
    if (partitions.length === 0) throw new Error(`there is no topic ${topic}`);
    return partitions.toSorted((a, b) => a - b);
  }

  async #readPartition(topic: string, partition: number): Promise<readonly RawRecord[]> {
    const name = `${topic}/${partition}`;
    const read = this.#read.get(name) ?? { records: [], position: 0 };
    this.#read.set(name, read);
    for (let tries = 0; tries < triesForOneStep; tries += 1) {
      const fetched = await patiently(() => this.#fetch(topic, partition, read.position, atOnce));
      for (const message of fetched.messages) {
        if (Number(message.offset) < read.position) continue;
        read.records.push(rawRecord(message));
        read.position = Number(message.offset) + 1;
        tries = 0;
      }
      if (read.position >= Number(fetched.highWatermark)) return read.records;
    }
    throw new Error(`${name} can't be read on at ${read.position}`);
  }

  async #fetch(
    topic: string,
    partition: number,
    offset: number,
    wait: { readonly minBytes: number; readonly maxWaitTime: number },
  ): Promise<FetchedPartition> {
    const [leader] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]));
    const broker = await this.#cluster.findBroker({ nodeId: leader ?? '' });
    const response = (await broker.fetch({
      isolationLevel: readUncommitted,
      ...wait,
      maxBytes,
      topics: [{ topic, partitions: [{ partition, fetchOffset: String(offset), maxBytes }] }],
    })) as { responses: { partitions: FetchedPartition[] }[] };
    const fetched = response.responses[0]?.partitions[0];
    if (fetched === undefined) throw new Error(`no answer for ${topic}/${partition}`);
    return fetched;
  }
}

function rawRecord(message: FetchedMessage): RawRecord {
  return {
    offset: Number(message.offset),
    timestampMs: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: Object.fromEntries(
      Object.entries(message.headers).map(([name, value]) => [name, String(value)]),
    ),
    producerId: message.batchContext.producerId,
    inTransaction: message.batchContext.inTransaction,
    isControl: message.isControlRecord,
  };
}

function offsetOf(answer: Offsets | undefined, partition: number): number {
  const offset = answer?.partitions.find((candidate) => candidate.partition === partition)?.offset;
  if (offset === undefined) throw new Error(`no offset for partition ${partition}`);
  return Number(offset);
}
