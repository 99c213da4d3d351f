import {
  type Appetite,
  type CommitPosition,
  type IncomingRecord,
  type OutgoingRecord,
  type ReadyLane,
  type RecordCodecs,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import type { ShadowCaller } from './call-shadow.ts';
import { type Decision, decideRequest, decideRetry } from './decide.ts';
import { carryOut } from './carry-out.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import type { InvokerState } from './invoker-state.ts';
import { invokerInputs, type InvokerTopics } from './invoker-topics.ts';
import { LaneRecords } from './lane-records.ts';
import type { Pace } from './pace.ts';
import { readRequest } from './read-request.ts';
import { isDrained, noRetries, type RetryCounts } from './retry-counts.ts';
import { RunEnd } from './run-end.ts';
import type { OrderedSessions } from './sessions/ordered-sessions.ts';
import { type Finish, TaskInput } from './task-input.ts';

export interface InvokerTaskOptions {
  readonly lane: ReadyLane;
  readonly partition: number;
  readonly state: InvokerState;
  readonly caller: Pick<ShadowCaller, 'call'>;
  /** Where the requests are read from. */
  readonly from: number;
  /** By input; default none. */
  readonly retryCounts?: ReadonlyMap<string, RetryCounts>;
  /** To be committed with the first output, where the task begins elsewhere than at what is committed; default none. */
  readonly positions?: readonly CommitPosition[];
  readonly pace: Pace;
  readonly codecs: RecordCodecs;
  readonly topics: InvokerTopics;
  readonly metrics: LaneMetrics;
  /** Default null: they are not ordered, and each request is called as soon as there is room. */
  readonly sessions?: OrderedSessions | null;
  readonly wake: () => void;
  /** Default the system's. */
  readonly nowMs?: () => number;
}

/**
 * Calls the shadow for one partition of the requests, and again for those that wait in the retry topics, as soon as they
 * are due. Calls run concurrently; what became of them is written in the order of their input, in one transaction with
 * the offset behind the last of them: first responses in the order of the requests, recoveries in that of their retry
 * topic. Those of an ordered session are called one after the other. A progress record tells readers that a window's end
 * has passed where no first response would. A run that has an end takes no request at or after it; when all before it are
 * done, and nothing waits to be tried again, it writes its end record.
 */
export class InvokerTask implements StreamTask {
  readonly #options: InvokerTaskOptions;
  readonly #inputs: ReadonlyMap<string, TaskInput>;
  readonly #records: LaneRecords;
  readonly #sessions: OrderedSessions | null;
  readonly #end: RunEnd;
  readonly #closed = new AbortController();
  /** Behind what has come to an end and was not handed out yet, by topic. */
  readonly #positions = new Map<string, CommitPosition>();
  #clock: number;
  #nextRequest: number;
  #wakeUp: NodeJS.Timeout | null = null;

  constructor(options: InvokerTaskOptions) {
    const { lane, state, positions = [], pace, from } = options;
    this.#options = options;
    this.#inputs = new Map(inputsOf(options).map((input) => [input.topic, input]));
    this.#records = new LaneRecords({ ...options, written: state.written });
    this.#sessions = options.sessions ?? null;
    this.#end = new RunEnd(lane.run.end, state.isEnded === true);
    for (const position of positions) this.#positions.set(position.topic, position);
    this.#clock = state.clock;
    this.#nextRequest = from;
    pace.begin(Math.max(state.clock, lane.run.start));
  }

  appetite(topic: string, head: IncomingRecord | null): Appetite {
    const input = this.#input(topic);
    const { nowMs = Date.now, topics, pace } = this.#options;
    if (topic === topics.requests && this.#end.isOver(head, this.#clock)) return 'never';
    if (!input.hasRoom) return 'later';
    if (topic === topics.requests) {
      const isWanted = this.#isDecidable(head) && this.#isInPace(head) && !this.#isHeldBack(head);
      return isWanted ? 'now' : 'later';
    }
    const isDue = head === null || head.timestampMs + input.delayMs <= nowMs();
    return isDue && !pace.isPaused ? 'now' : 'later';
  }

  async accept(record: IncomingRecord): Promise<void> {
    const { lane, topics, codecs } = this.#options;
    const request = await readRequest(record, codecs);
    const input = this.#input(record.topic);
    const read = { lane, topics, record, request, onFailure: input.onFailure };
    if (record.topic === topics.requests) {
      this.#clock = Math.max(this.#clock, record.timestampMs);
      const finish = input.place(record, this.#clock);
      this.#carryOut(decideRequest(read, this.#clock), this.#clock, finish);
    } else {
      this.#carryOut(decideRetry(read), record.timestampMs, input.place(record, record.timestampMs));
    }
  }

  output(isOverdue = false): TaskOutput | null {
    const records = [...this.#inputs.values()].flatMap((input) => this.#take(input));
    if (this.#isDone()) records.push(this.#endRecord());
    // Records that write nothing need no transaction of their own: the next one takes their offsets along.
    const isDue = records.length > 0 || (isOverdue && this.#positions.size > 0);
    if (!isDue) return null;
    const positions = [...this.#positions.values()];
    this.#positions.clear();
    return { records, positions };
  }

  committed(baseOffsets: ReadonlyMap<string, number>): void {
    const { topics, partition } = this.#options;
    const offset = baseOffsets.get(`${topics.shadowResponses}/${partition}`);
    if (offset !== undefined) this.#sessions?.committed(offset);
  }

  wantedTicks(nowMs: number): readonly WantedTick[] {
    const { topics, partition } = this.#options;
    const untilMs = this.#end.wantedTick(nowMs);
    return untilMs === null ? [] : [{ topic: topics.requests, partition, untilMs }];
  }

  close(): void {
    clearTimeout(this.#wakeUp ?? undefined);
    this.#closed.abort();
    for (const input of this.#inputs.values()) input.close();
    this.#sessions?.close();
  }

  #input(topic: string): TaskInput {
    const input = this.#inputs.get(topic);
    if (input === undefined) throw new Error(`${topic} is not an input of this task`);
    return input;
  }

  /** Whether it is known which revision is in force at the next request: it says whether that is sampled. */
  #isDecidable(head: IncomingRecord | null): boolean {
    const { knownUntilMs } = this.#options.lane.timeline;
    return head === null || Math.max(this.#clock, head.timestampMs) < knownUntilMs;
  }

  #isInPace(head: IncomingRecord | null): boolean {
    if (head === null) return true;
    const { pace, wake } = this.#options;
    const waitMs = pace.waitMs(Math.max(this.#clock, head.timestampMs));
    // The runner looks again every second anyway, after a pause too.
    if (waitMs > 0 && waitMs < 1_000) {
      clearTimeout(this.#wakeUp ?? undefined);
      this.#wakeUp = setTimeout(wake, waitMs);
    }
    return waitMs === 0;
  }

  #isHeldBack(head: IncomingRecord | null): boolean {
    if (head === null || this.#sessions === null) return false;
    return this.#sessions.holdsBack(head, Math.max(this.#clock, head.timestampMs));
  }

  /** What is to be written of an input; its position moves behind it. */
  #take(input: TaskInput): readonly OutgoingRecord[] {
    const slots = input.take();
    const last = slots.at(-1);
    if (last === undefined) return [];
    const isRequests = input.topic === this.#options.topics.requests;
    const records: OutgoingRecord[] = [];
    for (const { result, timeMs } of slots) {
      if (result === null) continue;
      records.push(...this.#records.of(result, isRequests ? timeMs : undefined));
      if (isRequests) this.#sessions?.handedOut(result, timeMs);
    }
    const next = last.offset + 1;
    if (isRequests) {
      records.push(...this.#records.progress(last.offset, last.timeMs));
      this.#nextRequest = next;
      this.#sessions?.passed(last.timeMs);
    }
    this.#positions.set(input.topic, input.position(next, isRequests ? this.#state(last.timeMs) : null));
    return records;
  }

  #state(clock: number): InvokerState {
    const from = this.#sessions?.from ?? null;
    return { clock, written: this.#records.written, ...(from !== null && { sessionsFrom: from }) };
  }

  /** Nothing of the run is under way any more, and its end record is not written yet. */
  #isDone(): boolean {
    const inputs = [...this.#inputs.values()];
    return (
      this.#end.isReached &&
      inputs.every(({ isEmpty }) => isEmpty) &&
      isDrained(inputs.map(({ counts }) => counts))
    );
  }

  /** Goes with the position of the requests that says so: it is written once. */
  #endRecord(): OutgoingRecord {
    const { lane, topics } = this.#options;
    const requestTime = lane.run.end ?? this.#clock;
    const state: InvokerState = { clock: this.#clock, written: requestTime, isEnded: true };
    const position = this.#input(topics.requests).position(this.#nextRequest, state);
    this.#positions.set(topics.requests, position);
    this.#end.written();
    return this.#records.end(this.#nextRequest - 1, requestTime);
  }

  #carryOut(decision: Decision, timeMs: number, finish: Finish): void {
    if (decision.kind === 'finished') return finish(decision.outcome);
    const closed = this.#closed.signal;
    const options = { ...this.#options, sessions: this.#sessions, closed };
    void carryOut(decision, timeMs, options).then((outcome) => {
      if (closed.aborted) return;
      finish(outcome);
      this.#options.wake();
    });
  }
}

function inputsOf({
  topics,
  lane,
  partition,
  retryCounts,
  metrics,
}: InvokerTaskOptions): readonly TaskInput[] {
  return invokerInputs(topics, lane.shadow).map(
    (input) =>
      new TaskInput({
        ...input,
        partition,
        kind: input.topic === topics.requests ? 'requests' : 'retry',
        deadLetters: topics.deadLetters,
        counts: retryCounts?.get(input.topic) ?? noRetries,
        metrics,
      }),
  );
}
