import type { OutgoingRecord } from '../client/records.ts';
import type { WantedTick } from './stream-task.ts';
import type { LogOffsets, Ticks } from './task-ports.ts';

/** Writes one record outside of any transaction: see `PartitionSender`. */
export interface TickSender {
  send(record: OutgoingRecord): Promise<unknown>;
}

/** Writes ticks where a partition's time has to move and nobody else moves it. */
export class Ticker implements Ticks {
  readonly #offsets: LogOffsets;
  readonly #sender: TickSender;

  constructor(offsets: LogOffsets, sender: TickSender) {
    this.#offsets = offsets;
    this.#sender = sender;
  }

  /** Writes one tick, unless the log already holds a record at or after the wanted time. */
  async tick({ topic, partition, untilMs }: WantedTick): Promise<void> {
    const bounds = await this.#offsets.bounds(topic);
    const [offset] = await this.#offsets.offsetsAtTime(topic, untilMs, [partition]);
    const end = bounds[partition]?.end;
    if (offset === undefined || end === undefined || offset < end) return;
    await this.#sender.send({ topic, partition, key: null, value: null });
  }
}
