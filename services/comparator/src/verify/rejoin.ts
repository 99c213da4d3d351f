import type { Comparison, WindowPart } from '@understudy/schemas-avro';
import { Coverage, type IncomingRecord, type OutgoingRecord } from '@understudy/streams';
import type { ComparatorLane } from '../comparator-lane.ts';
import { JoinTask } from '../join-task.ts';
import type { JoinState } from '../lane-states.ts';
import { joinStarts } from '../open-tasks.ts';
import { ownDecoder } from './comparing-codecs.ts';
import type { WindowLog } from './window-log.ts';

/** One partition's share of a window, computed again. */
export interface Share {
  /** Of the window, or of a run of empty windows that holds it. */
  readonly part: WindowPart;
  readonly comparisons: readonly Comparison[];
}

export interface RejoinOptions {
  /** With codecs that register nothing: {@link comparingCodecs}. */
  readonly lane: ComparatorLane;
  readonly partition: number;
  /** ms since the epoch. */
  readonly windowStart: number;
}

/** Records taken of one input before the others have their turn, as in a task that runs. */
const turnRecords = 250;
const readPart = ownDecoder<WindowPart>('window-part');
const readComparison = ownDecoder<Comparison>('comparison');

/**
 * Computes one partition's share of a window again, by the task that the comparator runs, begun at the window's start: that
 * is all the state it has. It reads until the window closes, and holds no more than the comparator did.
 *
 * @returns null: the log ends before the window closes
 */
export async function rejoin(log: WindowLog, options: RejoinOptions): Promise<Share | null> {
  const { lane, partition, windowStart } = options;
  const state: JoinState = { start: windowStart, judgement: 0, buried: {} };
  const from = new Coverage(lane.ready.run, partition).from(windowStart);
  const starts = joinStarts(lane, { start: from });
  // All of it was processed once: nothing goes to the dead letters again.
  const processed = new Map([...starts.keys()].map((topic) => [topic, Number.MAX_SAFE_INTEGER]));
  const task = new JoinTask({ lane, partition, state, processed, lookup: log.lookup });
  const inputs: Input[] = [];
  try {
    for (const [topic, timeMs] of starts) {
      const first = await log.offsetAtTime({ topic, partition }, timeMs);
      inputs.push(new Input(topic, log.read({ topic, partition }, { from: first })));
    }
    const share = new ShareOfWindow(lane, windowStart);
    for (let took = true; took;) {
      took = false;
      for (const input of inputs) took = (await feed(task, input)) || took;
      share.take(task.output()?.records ?? []);
      if (share.part !== null) return { part: share.part, comparisons: share.comparisons };
    }
    return null;
  } finally {
    task.close();
    await Promise.all(inputs.map((input) => input.close()));
  }
}

async function feed(task: JoinTask, input: Input): Promise<boolean> {
  for (let n = 0; n < turnRecords; n += 1) {
    const head = await input.peek();
    if (head === null || task.appetite(input.topic, head) !== 'now') return n > 0;
    await task.accept(head);
    input.shift();
  }
  return true;
}

/** Of what the task puts out, what is of the window. */
class ShareOfWindow {
  readonly #lane: ComparatorLane;
  readonly #windowStart: number;
  readonly comparisons: Comparison[] = [];
  part: WindowPart | null = null;

  constructor(lane: ComparatorLane, windowStart: number) {
    this.#lane = lane;
    this.#windowStart = windowStart;
  }

  take(records: readonly OutgoingRecord[]): void {
    const { comparisons, windowParts } = this.#lane.topics;
    for (const { topic, value } of records) {
      if (value === null) continue;
      if (topic === windowParts) this.#takePart(readPart(value));
      if (topic === comparisons) this.#takeComparison(readComparison(value));
    }
  }

  #takePart(part: WindowPart): void {
    if (part.windowStart <= this.#windowStart && part.windowEnd > this.#windowStart) this.part = part;
  }

  #takeComparison(comparison: Comparison): void {
    if (comparison.windowStart === this.#windowStart) this.comparisons.push(comparison);
  }
}

/** The records of one input, one ahead. */
class Input {
  readonly topic: string;
  readonly #records: AsyncIterator<IncomingRecord>;
  #head: IncomingRecord | null = null;

  constructor(topic: string, records: AsyncIterable<IncomingRecord>) {
    this.topic = topic;
    this.#records = records[Symbol.asyncIterator]();
  }

  /** The next record, or null at the end. */
  async peek(): Promise<IncomingRecord | null> {
    if (this.#head !== null) return this.#head;
    const next = await this.#records.next();
    this.#head = next.done === true ? null : next.value;
    return this.#head;
  }

  /** Drops the record that {@link peek} shows. */
  shift(): void {
    this.#head = null;
  }

  async close(): Promise<void> {
    await this.#records.return?.();
  }
}
