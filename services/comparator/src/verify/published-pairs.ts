import { judgementOf } from '@understudy/domain';
import type { Comparison } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
import { clockToleranceMs } from '../join.ts';
import type { RecordedWindow } from './recorded-windows.ts';
import type { WindowLog } from './window-log.ts';

export interface PublishedPairsOptions {
  /** In order, of one judgement. */
  readonly windows: readonly RecordedWindow[];
  readonly partition: number;
}

/** What was published of windows' pairs in one partition, in its order: read once, one window ahead of who asks. */
export class PublishedPairs {
  readonly #comparisons: AsyncGenerator<Comparison, void, undefined>;
  #head: Comparison | null = null;
  #isOver = false;

  constructor(log: WindowLog, lane: ComparatorLane, options: PublishedPairsOptions) {
    this.#comparisons = comparisonsOf(log, lane, options);
  }

  /** Of this window. To be asked in the order of the windows. */
  async of(windowStart: number): Promise<readonly Comparison[]> {
    const found: Comparison[] = [];
    for (
      let next = await this.#peek();
      next !== null && next.windowStart <= windowStart;
      next = await this.#peek()
    ) {
      if (next.windowStart === windowStart) found.push(next);
      this.#head = null;
    }
    return found;
  }

  async close(): Promise<void> {
    await this.#comparisons.return();
  }

  async #peek(): Promise<Comparison | null> {
    if (this.#head !== null || this.#isOver) return this.#head;
    const { value, done } = await this.#comparisons.next();
    if (done === true) this.#isOver = true;
    else this.#head = value;
    return this.#head;
  }
}

async function* comparisonsOf(
  log: WindowLog,
  lane: ComparatorLane,
  { windows, partition }: PublishedPairsOptions,
): AsyncGenerator<Comparison, void, undefined> {
  const [first] = windows;
  if (first === undefined) return;
  const place = { topic: lane.topics.comparisons, partition };
  // They were committed after their window's end and before the merge could publish it.
  const from = await log.offsetAtTime(place, first.windowEnd - clockToleranceMs);
  const appendedMs = Math.max(...windows.map((window) => window.appendedMs));
  const until = await log.offsetAtTime(place, appendedMs + clockToleranceMs);
  for await (const { value, headers } of log.read(place, { from, until }))
    if (value !== null && judgementOf(headers) === first.judgement)
      yield await lane.codecs.decode('comparison', value);
}
