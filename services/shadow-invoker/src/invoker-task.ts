import { isSampled, isTick, traceHeaders, windowStart } from '@understudy/domain';
import type { Request, ShadowResponse } from '@understudy/schemas-avro';
import {
  type Appetite,
  deadLetter,
  encodeState,
  type IncomingRecord,
  type OutgoingRecord,
  type ReadyLane,
  type RecordCodecs,
  StreamsError,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import type { CallResult, ShadowCaller } from './call-shadow.ts';
import type { InvokerState } from './invoker-state.ts';
import { OrderedSlots } from './ordered-slots.ts';

export interface InvokerTaskOptions {
  readonly lane: ReadyLane;
  readonly partition: number;
  readonly state: InvokerState;
  readonly caller: ShadowCaller;
  readonly codecs: RecordCodecs;
  readonly topics: {
    readonly requests: string;
    readonly shadowResponses: string;
    readonly deadLetters: string;
  };
  readonly wake: () => void;
}

/** What the record of a request hands on to those that come of it. */
type Origin = Pick<IncomingRecord, 'key' | 'headers'>;

/** What is written for one request. */
interface Written {
  readonly origin: Origin;
  readonly response: Omit<ShadowResponse, 'requestOffset' | 'requestTime'>;
  readonly deadLetter?: OutgoingRecord;
}

/** Records of one transaction at the most. */
const maxRecords = 2_000;

/**
 * Calls the shadow for one partition of the requests. Calls run concurrently; what became of them is written in
 * the order of the requests, in one transaction with the offset behind the last of them. A progress record tells
 * readers that a window's end has passed where no response would.
 */
export class InvokerTask implements StreamTask {
  readonly #options: InvokerTaskOptions;
  readonly #slots = new OrderedSlots<Written>();
  readonly #closed = new AbortController();
  readonly #encode: (response: ShadowResponse) => Buffer;
  #clock: number;
  #written: number;

  constructor(options: InvokerTaskOptions) {
    this.#options = options;
    this.#encode = options.codecs.encoder('shadow-response', options.topics.shadowResponses);
    this.#clock = options.state.clock;
    this.#written = options.state.written;
  }

  appetite(): Appetite {
    return this.#slots.size < this.#options.lane.shadow.maxOutstanding ? 'now' : 'later';
  }

  async accept(record: IncomingRecord): Promise<void> {
    const request = await this.#read(record);
    this.#clock = Math.max(this.#clock, record.timestampMs);
    const finish = this.#slots.add(record.offset, this.#clock);
    if (request === null || this.#clock < this.#options.lane.run.start) finish(null);
    else if (request instanceof StreamsError) finish(this.#unreadable(record, request));
    else if (!this.#isSampled(request)) finish(null);
    else if (request.bodySize > request.body.length) finish(skipped(record, request, 'request-truncated'));
    else this.#call(record, request, finish);
  }

  output(): TaskOutput | null {
    const slots = this.#slots.takeFinished(maxRecords);
    const last = slots.at(-1);
    if (last === undefined) return null;
    const records: OutgoingRecord[] = [];
    for (const { offset, timeMs, result } of slots) {
      if (result === null) continue;
      records.push(
        this.#record(result.origin, { ...result.response, requestOffset: offset, requestTime: timeMs }),
      );
      if (result.deadLetter !== undefined) records.push(result.deadLetter);
      this.#written = timeMs;
    }
    const { windowMs } = this.#options.lane.experiment;
    if (windowStart(last.timeMs, windowMs) > windowStart(this.#written, windowMs)) {
      records.push(this.#record(nobody, progress(last.offset, last.timeMs)));
      this.#written = last.timeMs;
    }
    // Requests that write nothing need no transaction of their own: the next one takes their offsets along.
    if (records.length === 0) return null;
    const metadata = encodeState({ clock: last.timeMs, written: this.#written } satisfies InvokerState);
    const { partition, topics } = this.#options;
    return { records, positions: [{ topic: topics.requests, partition, offset: last.offset + 1, metadata }] };
  }

  committed(): void {}

  wantedTicks(): readonly WantedTick[] {
    return [];
  }

  close(): void {
    this.#closed.abort();
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

  #isSampled(request: Request): boolean {
    const { name, sampling } = this.#options.lane.experiment;
    const key = request.session ?? request.exchangeId;
    return request.experiment === name && isSampled(key, sampling.salt, sampling.rate);
  }

  #call(origin: Origin, request: Request, finish: (written: Written) => void): void {
    const attempts = 1;
    void this.#options.caller.call(request, attempts, this.#closed.signal).then((result) => {
      if (this.#closed.signal.aborted) return;
      finish(called(origin, request, result, attempts));
      this.#options.wake();
    });
  }

  #unreadable(record: IncomingRecord, error: StreamsError): Written {
    const { topics, lane } = this.#options;
    return {
      origin: record,
      response: { ...nothing, kind: 'first', status: 'skipped', reason: 'unreadable' },
      deadLetter: deadLetter({
        topic: topics.deadLetters,
        lane: lane.lane,
        stage: 'shadow-invoker',
        record,
        error,
      }),
    };
  }

  #record({ key, headers }: Origin, response: ShadowResponse): OutgoingRecord {
    const { topics, partition } = this.#options;
    const value = this.#encode(response);
    return { topic: topics.shadowResponses, partition, key, value, headers: traceHeaders(headers) };
  }
}

const nothing = { exchangeId: null, status: null, reason: null, attempts: 0, latencyMs: null, answer: null };

/** Of a record that no one request is the origin of. */
const nobody: Origin = { key: null, headers: {} };

/** With the trace context of its record: there is one also where the caller sent none. */
function traced({ headers }: IncomingRecord, request: Request): Request {
  return { ...request, headers: { ...request.headers, ...traceHeaders(headers) } };
}

function progress(requestOffset: number, requestTime: number): ShadowResponse {
  return { ...nothing, kind: 'progress', requestOffset, requestTime };
}

function skipped(origin: Origin, request: Request, reason: string): Written {
  const { exchangeId } = request;
  return { origin, response: { ...nothing, kind: 'first', exchangeId, status: 'skipped', reason } };
}

function called(origin: Origin, request: Request, result: CallResult, attempts: number): Written {
  const { exchangeId } = request;
  const { status, latencyMs, answer } = result;
  const reason = status === 'answered' ? null : result.reason;
  return { origin, response: { kind: 'first', exchangeId, status, reason, attempts, latencyMs, answer } };
}
