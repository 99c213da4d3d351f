import { topicNames } from '@understudy/domain';
import type { Divergence, Run } from '@understudy/schemas-avro';
import { partitionOf, readLog } from '@understudy/streams';
import type { OpenReplays } from './open-replays.ts';

/** How far a run has come. */
export interface Progress {
  /** Records of the requests between its bounds, of all experiments. */
  readonly of: number;
  /** Those that its invoker, or its comparator where it calls nobody, has committed. */
  readonly done: number;
  /** Of its last window: the whole lane's record, and after it its segments'; empty before there is one. */
  readonly newest: readonly Divergence[];
}

/** Looks how far one run has come, again and again; reads what it has published once. */
export class ProgressReader {
  readonly #open: OpenReplays;
  readonly #run: Run;
  readonly #topic: string;
  readonly #partition: number;
  #from = 0;
  #newest: Divergence[] = [];
  #bounds: readonly { readonly first: number; readonly end: number }[] | null = null;

  constructor(open: OpenReplays, run: Run) {
    const { prefix, partitions } = open.config.kafka;
    this.#open = open;
    this.#run = run;
    this.#topic = topicNames(prefix).shared('divergence');
    this.#partition = partitionOf(run.lane, partitions);
  }

  async look(): Promise<Progress> {
    const { admin, config } = this.#open;
    const { lane, kind } = this.#run;
    const bounds = (this.#bounds ??= await this.#requestBounds());
    const groupId = `${config.kafka.prefix}${lane}.${kind === 'rejudge' ? 'comparator' : 'invoker'}`;
    const partitions = [...bounds.keys()];
    const requests = topicNames(config.kafka.prefix).shared('requests');
    const committed = await admin.committed(groupId, [requests], partitions);
    let done = 0;
    for (const { partition, offset } of committed) {
      const { first = 0, end = 0 } = bounds[partition] ?? {};
      done += Math.max(0, Math.min(offset ?? first, end) - first);
    }
    await this.#readOn();
    return { of: bounds.reduce((sum, { first, end }) => sum + end - first, 0), done, newest: this.#newest };
  }

  async #requestBounds(): Promise<readonly { first: number; end: number }[]> {
    const { admin, config } = this.#open;
    const requests = topicNames(config.kafka.prefix).shared('requests');
    const first = await admin.offsetsAtTime(requests, this.#run.start);
    const end = await admin.offsetsAtTime(requests, this.#run.end ?? Date.now());
    return first.map((offset, index) => ({ first: offset, end: Math.max(offset, end[index] ?? offset) }));
  }

  async #readOn(): Promise<void> {
    const { connection, registry, admin } = this.#open;
    const start = (await admin.bounds(this.#topic))[this.#partition]?.start ?? 0;
    const from = new Map([[this.#partition, Math.max(start, this.#from)]]);
    const reading = { topic: this.#topic, partitions: [this.#partition], from };
    for await (const { value, offset } of readLog(connection, reading)) {
      this.#from = offset + 1;
      const record = value === null ? null : await registry.decode('divergence', value);
      if (record?.lane !== this.#run.lane) continue;
      if (record.segment === null) this.#newest = [];
      this.#newest.push(record);
    }
  }
}
