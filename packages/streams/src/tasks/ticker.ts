import type { KafkaAdmin } from '../client/admin.ts';
import type { PartitionSender } from '../client/sender.ts';
import type { WantedTick } from './stream-task.ts';

/** Writes ticks where a partition's time has to move and nobody else moves it. */
export class Ticker {
  readonly #admin: KafkaAdmin;
  readonly #sender: PartitionSender;

  constructor(admin: KafkaAdmin, sender: PartitionSender) {
    this.#admin = admin;
    this.#sender = sender;
  }

  /** Writes one tick, unless the log already holds a record at or after the wanted time. */
  async tick({ topic, partition, untilMs }: WantedTick): Promise<void> {
    const bounds = await this.#admin.bounds(topic);
    const [offset] = await this.#admin.offsetsAtTime(topic, untilMs, [partition]);
    const end = bounds[partition]?.end;
    if (offset === undefined || end === undefined || offset < end) return;
    await this.#sender.send({ topic, partition, key: null, value: null });
  }
}
