import { isSampled, isTick, laneName, traceHeaders, windowStart } from '@understudy/domain';
import type { Request, ShadowResponse } from '@understudy/schemas-avro';
import {
  type Appetite,
  type CommitPosition,
  deadLetter,
  encodeState,
  type IncomingRecord,
  type OutgoingRecord,
  parseLetter,
  recordBytes,
  type ReadyLane,
  type RecordCodecs,
  StreamsError,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import { callInPlace } from './call-in-place.ts';
import type { ShadowCaller } from './call-shadow.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import type { InvokerState } from './invoker-state.ts';
import { type InvokerInput, invokerInputs, type InvokerTopics } from './invoker-topics.ts';
import { OrderedSlots } from './ordered-slots.ts';
import type { Pace } from './pace.ts';
import { type Origin, type Outcome, outcomeOf, skipped, type Tried, unreadableRetry } from './outcome.ts';
import { isDrained, noRetries, type RetryCounts } from './retry-counts.ts';

export interface InvokerTaskOptions {
  readonly lane: ReadyLane;
  readonly partition: number;
  readonly state: InvokerState;
  readonly caller: Pick<ShadowCaller, 'call'>;
  /** Where the requests are read from. */
  readonly from: number;
  /** By input; default none. */
  readonly retryCounts?: ReadonlyMap<string, RetryCounts>;
  readonly pace: Pace;
  readonly codecs: RecordCodecs;
  readonly topics: InvokerTopics;
  readonly metrics: LaneMetrics;
  readonly wake: () => void;
  /** Default the system's. */
  readonly nowMs?: () => number;
}

/** An input, and the records taken of it that are not committed yet. */
interface OpenInput extends InvokerInput {
  readonly slots: OrderedSlots<Outcome>;
  counts: RetryCounts;
}

type Finish = (outcome: Outcome | null) => void;

/** Records of one input in one transaction at the most. */
const maxRecords = 2_000;
/** How long after a run's end its partition is ticked if nothing stands behind it. */
const tickAfterMs = 500;

/**
 * Calls the shadow for one partition of the requests, and again for those that wait in the retry topics, as soon as they
 * are due. Calls run concurrently; what became of them is written in the order of their input, in one transaction with
 * the offset behind the last of them: first responses in the order of the requests, recoveries in that of their retry
 * topic. A progress record tells readers that a window's end has passed where no first response would. A run that has an
 * end takes no request at or after it; when all before it are done, and nothing waits to be tried again, it writes its
 * end record.
 */
export class InvokerTask implements StreamTask {
  readonly #options: InvokerTaskOptions;
  readonly #inputs: ReadonlyMap<string, OpenInput>;
  readonly #closed = new AbortController();
  readonly #encode: (response: ShadowResponse) => Buffer;
  /** Behind what has come to an end and was not handed out yet, by topic. */
  readonly #positions = new Map<string, CommitPosition>();
  #bytesReported = 0;
  #clock: number;
  #written: number;
  #nextRequest: number;
  /** `waiting`: nothing was fetched of the requests that isn't taken. */
  #end: 'before' | 'waiting' | 'reached' | 'written';
  #wakeUp: NodeJS.Timeout | null = null;

  constructor(options: InvokerTaskOptions) {
    const { topics, lane, codecs, state, retryCounts, pace, from } = options;
    this.#options = options;
    this.#inputs = new Map(
      invokerInputs(topics, lane.shadow).map((input) => [
        input.topic,
        {
          ...input,
          slots: new OrderedSlots<Outcome>(answerBytes),
          counts: retryCounts?.get(input.topic) ?? noRetries,
        },
      ]),
    );
    this.#encode = codecs.encoder('shadow-response', topics.shadowResponses);
    this.#clock = state.clock;
    this.#written = state.written;
    this.#nextRequest = from;
    this.#end = state.isEnded === true ? 'written' : 'before';
    pace.begin(Math.max(state.clock, lane.run.start));
  }

  appetite(topic: string, head: IncomingRecord | null): Appetite {
    const { slots, maxOutstanding, maxOutstandingBytes, delayMs } = this.#input(topic);
    const { nowMs = Date.now, topics } = this.#options;
    if (topic === topics.requests && this.#isOver(head)) return 'never';
    const hasRoom = slots.size < maxOutstanding && (slots.size === 0 || slots.bytes < maxOutstandingBytes);
    if (!hasRoom) return 'later';
    if (topic === topics.requests) return this.#isInPace(head) ? 'now' : 'later';
    const isDue = head === null || head.timestampMs + delayMs <= nowMs();
    return isDue && !this.#options.pace.isPaused ? 'now' : 'later';
  }

  async accept(record: IncomingRecord): Promise<void> {
    const request = await this.#read(record);
    const input = this.#input(record.topic);
    if (record.topic === this.#options.topics.requests) {
      this.#clock = Math.max(this.#clock, record.timestampMs);
      this.#acceptRequest(record, request, this.#place(input, record, this.#clock));
    } else {
      this.#acceptRetry(input, record, request, this.#place(input, record, record.timestampMs));
    }
  }

  output(isOverdue = false): TaskOutput | null {
    const records: OutgoingRecord[] = [];
    for (const input of this.#inputs.values()) {
      const slots = input.slots.takeFinished(maxRecords);
      const last = slots.at(-1);
      if (last === undefined) continue;
      this.#options.metrics.outstanding(-slots.length);
      for (const { result } of slots) {
        if (result === null) continue;
        records.push(...this.#recordsOf(result));
        input.counts = this.#counted(input, result);
      }
      const isRequests = input.topic === this.#options.topics.requests;
      if (isRequests) {
        this.#written = slots.findLast(({ result }) => result !== null)?.timeMs ?? this.#written;
        records.push(...this.#progress(last.offset, last.timeMs));
      }
      if (isRequests) this.#nextRequest = last.offset + 1;
      const state: InvokerState | null = isRequests ? { clock: last.timeMs, written: this.#written } : null;
      this.#positions.set(input.topic, this.#position(input, last.offset + 1, state));
    }
    this.#reportBytes();
    if (this.#isDone()) records.push(this.#endRecord());
    // Records that write nothing need no transaction of their own: the next one takes their offsets along.
    const isDue = records.length > 0 || (isOverdue && this.#positions.size > 0);
    if (!isDue) return null;
    const positions = [...this.#positions.values()];
    this.#positions.clear();
    return { records, positions };
  }

  committed(): void {}

  wantedTicks(nowMs: number): readonly WantedTick[] {
    const { lane, topics, partition } = this.#options;
    const { end } = lane.run;
    if (end === null || this.#end !== 'waiting' || nowMs <= end + tickAfterMs) return [];
    return [{ topic: topics.requests, partition, untilMs: end }];
  }

  close(): void {
    clearTimeout(this.#wakeUp ?? undefined);
    this.#closed.abort();
    for (const { slots } of this.#inputs.values()) this.#options.metrics.outstanding(-slots.size);
    this.#options.metrics.outstandingBytes(-this.#bytesReported);
  }

  #input(topic: string): OpenInput {
    const input = this.#inputs.get(topic);
    if (input === undefined) throw new Error(`${topic} is not an input of this task`);
    return input;
  }

  /** Whether the run takes no more requests: the next one is at or after its end. */
  #isOver(head: IncomingRecord | null): boolean {
    const { end } = this.#options.lane.run;
    if (end === null) return false;
    if (this.#end === 'before' || this.#end === 'waiting') {
      if (head === null) this.#end = 'waiting';
      else this.#end = Math.max(this.#clock, head.timestampMs) < end ? 'before' : 'reached';
    }
    return this.#end === 'reached' || this.#end === 'written';
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

  #counted({ topic, counts }: OpenInput, { passedOn, isOwn }: Outcome): RetryCounts {
    const { topics } = this.#options;
    const isRetry = topic !== topics.requests && isOwn;
    const isToRetry = passedOn !== null && passedOn.topic !== topics.deadLetters;
    return {
      taken: counts.taken + (isRetry ? 1 : 0),
      passedOn: counts.passedOn + (isToRetry ? 1 : 0),
    };
  }

  /** Nothing of the run is under way any more, and its end record is not written yet. */
  #isDone(): boolean {
    const inputs = [...this.#inputs.values()];
    return (
      this.#end === 'reached' &&
      inputs.every(({ slots }) => slots.size === 0) &&
      isDrained(inputs.map(({ counts }) => counts))
    );
  }

  /** Goes with the position of the requests that says so: it is written once. */
  #endRecord(): OutgoingRecord {
    const { lane, topics } = this.#options;
    const requestTime = lane.run.end ?? this.#clock;
    this.#end = 'written';
    this.#written = requestTime;
    const input = this.#input(topics.requests);
    const state: InvokerState = { clock: this.#clock, written: requestTime, isEnded: true };
    this.#positions.set(input.topic, this.#position(input, this.#nextRequest, state));
    const requestOffset = this.#nextRequest - 1;
    return this.#responseRecord(nobody, { ...nothing, kind: 'end', requestOffset, requestTime });
  }

  #position({ topic, counts }: OpenInput, offset: number, state: InvokerState | null): CommitPosition {
    return {
      topic,
      partition: this.#options.partition,
      offset,
      metadata: encodeState({ ...state, ...counts }),
    };
  }

  #place({ slots }: OpenInput, record: IncomingRecord, timeMs: number): Finish {
    this.#options.metrics.outstanding(1);
    const finish = slots.add(record.offset, timeMs, recordBytes(record));
    this.#reportBytes();
    return (outcome) => {
      finish(outcome);
      this.#reportBytes();
    };
  }

  #reportBytes(): void {
    let bytes = 0;
    for (const { slots } of this.#inputs.values()) bytes += slots.bytes;
    this.#options.metrics.outstandingBytes(bytes - this.#bytesReported);
    this.#bytesReported = bytes;
  }

  /** Null for a tick; an error for a record that can't be read. A registry that is away is thrown: then we wait. */
  async #read(record: IncomingRecord): Promise<Request | StreamsError | null> {
    if (isTick(record) || record.value === null) return null;
    try {
      return traced(record, await this.#options.codecs.decode('request', record.value));
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'unreadable') return error;
      throw error;
    }
  }

  #acceptRequest(record: IncomingRecord, request: Request | StreamsError | null, finish: Finish): void {
    const { lane, topics } = this.#options;
    if (request === null || this.#clock < lane.run.start) return finish(null);
    const { topic, partition, offset, timestampMs } = record;
    const tried: Tried = {
      lane: laneName(lane.lane),
      record,
      exchangeId: request instanceof StreamsError ? null : request.exchangeId,
      source: { topic, partition, offset },
      appendedMs: timestampMs,
      requestTimeMs: this.#clock,
      before: null,
      onFailure: this.#input(topics.requests).onFailure,
      isFirstRetry: false,
    };
    if (request instanceof StreamsError) {
      finish({ ...skipped(tried, 'unreadable'), passedOn: this.#letterOf(record, request) });
    } else if (!this.#isSampled(request)) finish(null);
    else if (request.bodySize > request.body.length) finish(skipped(tried, 'request-truncated'));
    else this.#call(tried, request, finish);
  }

  #acceptRetry(
    input: OpenInput,
    record: IncomingRecord,
    request: Request | StreamsError | null,
    finish: Finish,
  ): void {
    if (request === null) return finish(null);
    const letter = parseLetter(record.headers);
    if (letter === null || letter.calls === null) {
      const error = new StreamsError(
        'unreadable',
        'its headers do not say which request it is, and what was tried',
      );
      const passedOn = this.#letterOf(record, error);
      return finish({ origin: record, response: null, passedOn, isOwn: false });
    }
    const { source, appendedMs, calls } = letter;
    const tried: Tried = {
      lane: laneName(this.#options.lane.lane),
      record,
      exchangeId: request instanceof StreamsError ? null : request.exchangeId,
      source,
      appendedMs,
      requestTimeMs: calls.requestTimeMs,
      before: calls,
      onFailure: input.onFailure,
      isFirstRetry: input.topic === this.#options.topics.retries[0]?.topic,
    };
    if (request instanceof StreamsError) {
      const reason = `${request.code}: ${request.message}`;
      finish(unreadableRetry(tried, calls, this.#options.topics.deadLetters, reason));
    } else this.#call(tried, request, finish);
  }

  #isSampled(request: Request): boolean {
    const { name, sampling } = this.#options.lane.experiment;
    const key = request.session ?? request.exchangeId;
    return request.experiment === name && isSampled(key, sampling.salt, sampling.rate);
  }

  #call(tried: Tried, request: Request, finish: Finish): void {
    const { caller, lane, metrics, wake } = this.#options;
    const { attempts, pauseMs } = lane.shadow.retry;
    const closed = this.#closed.signal;
    void callInPlace(caller, {
      request,
      attemptsBefore: tried.before?.attempts ?? 0,
      attempts: tried.before === null ? attempts : 1,
      pauseMs,
      closed,
      onRetry: () => metrics.retried('in-place'),
    }).then((called) => {
      if (closed.aborted) return;
      finish(outcomeOf(tried, called));
      wake();
    });
  }

  #letterOf(record: IncomingRecord, error: StreamsError): OutgoingRecord {
    const { topics, lane } = this.#options;
    const stage = 'shadow-invoker';
    return deadLetter({ topic: topics.deadLetters, lane: lane.lane, stage, record, error });
  }

  #recordsOf({ origin, response, passedOn }: Outcome): readonly OutgoingRecord[] {
    const { topics, metrics } = this.#options;
    if (passedOn?.topic === topics.deadLetters) metrics.deadLettered();
    else if (passedOn !== null) metrics.retried('retry-topic');
    return [
      ...(response === null ? [] : [this.#responseRecord(origin, response)]),
      ...(passedOn === null ? [] : [passedOn]),
    ];
  }

  /** Tells that the requests' time has passed the end of the window that was written to last. */
  #progress(requestOffset: number, requestTime: number): readonly OutgoingRecord[] {
    const { windowMs } = this.#options.lane.experiment;
    if (windowStart(requestTime, windowMs) <= windowStart(this.#written, windowMs)) return [];
    this.#written = requestTime;
    return [this.#responseRecord(nobody, { ...nothing, kind: 'progress', requestOffset, requestTime })];
  }

  #responseRecord({ key, headers }: Origin, response: ShadowResponse): OutgoingRecord {
    const { topics, partition } = this.#options;
    const value = this.#encode(response);
    return { topic: topics.shadowResponses, partition, key, value, headers: traceHeaders(headers) };
  }
}

function answerBytes({ response }: Outcome): number {
  return response?.answer?.body.length ?? 0;
}

const nothing = { exchangeId: null, status: null, reason: null, attempts: 0, latencyMs: null, answer: null };

/** Of a record that no one request is the origin of. */
const nobody: Origin = { key: null, headers: {} };

/** With the trace context of its record: there is one also where the caller sent none. */
function traced({ headers }: IncomingRecord, request: Request): Request {
  return { ...request, headers: { ...request.headers, ...traceHeaders(headers) } };
}
