import type { Comparison, WindowPart } from '@understudy/schemas-avro';
import { Coverage, type IncomingRecord, type OutgoingRecord } from '@understudy/streams';
import type { ComparatorLane } from '../comparator-lane.ts';
import type { Entry } from '../entry.ts';
import { JoinTask } from '../join-task.ts';
import type { JoinState } from '../lane-states.ts';
import { joinStarts } from '../open-tasks.ts';
import { shadowStart } from '../shadow-start.ts';
import { ownDecoder } from './comparing-codecs.ts';
import type { WindowLog } from './window-log.ts';

/** One partition's share of a window, computed again. */
export interface Share {
  /** Of the window, or of a run of empty windows. */
  readonly part: WindowPart;
  readonly comparisons: readonly Comparison[];
}

export interface RejoinOptions {
  /** With codecs that register nothing: {@link comparingCodecs}. */
  readonly lane: ComparatorLane;
  readonly partition: number;
  /** Window boundaries, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  /** As `JoinTaskOptions`'s. */
  readonly alter?: (entry: Entry) => Entry;
}

/** Records taken of one input before the others have their turn, as in a task that runs. */
const turnRecords = 250;
const readPart = ownDecoder<WindowPart>('window-part');
const readComparison = ownDecoder<Comparison>('comparison');

/**
 * Computes one partition's shares of the windows between two boundaries again, by the task that the comparator runs, begun
 * at the first boundary: that is all the state it has. Each input is read once, however many windows there are; no more is
 * held than the comparator did. The last share may go on after `to`. Fewer come where the log ends before a window closes.
 */
export async function* rejoin(
  log: WindowLog,
  { lane, partition, from, to, alter }: RejoinOptions,
): AsyncGenerator<Share, void, undefined> {
  const state: JoinState = { start: from, judgement: 0, buried: {} };
  const covered = new Coverage(lane.ready.run, partition).from(from);
  const starts = joinStarts(lane, { start: covered });
  // All of it was processed once: nothing goes to the dead letters again.
  const processed = new Map([...starts.keys()].map((topic) => [topic, Number.MAX_SAFE_INTEGER]));
  const task = new JoinTask({
    lane,
    partition,
    state,
    processed,
    lookup: log.lookup,
    ...(alter !== undefined && { alter }),
  });
  const inputs: Input[] = [];
  try {
    for (const [topic, timeMs] of starts) {
      const atTime = await log.offsetAtTime({ topic, partition }, timeMs);
      const at = { lookup: log.lookup, codecs: lane.codecs, topic, partition, first: atTime };
      const first = topic === lane.topics.shadowResponses ? await shadowStart(at, covered) : atTime;
      inputs.push(new Input(topic, log.read({ topic, partition }, { from: first })));
    }
    for (let took = true; took;) {
      took = false;
      for (const input of inputs) took = (await feed(task, input)) || took;
      for (const share of sharesIn(lane, task.output()?.records ?? [])) {
        yield share;
        if (share.part.windowEnd >= to) return;
      }
    }
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

/** What the task puts out when windows close: of each its comparisons, then its part. */
function* sharesIn(
  { topics }: ComparatorLane,
  records: readonly OutgoingRecord[],
): Generator<Share, void, undefined> {
  let comparisons: Comparison[] = [];
  for (const { topic, value } of records) {
    if (value === null) continue;
    if (topic === topics.comparisons) comparisons.push(readComparison(value));
    if (topic !== topics.windowParts) continue;
    yield { part: readPart(value), comparisons };
    comparisons = [];
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
