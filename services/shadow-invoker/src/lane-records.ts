import { revisionHeaders, traceHeaders, windowStart } from '@understudy/domain';
import type { ShadowResponse } from '@understudy/schemas-avro';
import type { OutgoingRecord, ReadyLane, RecordCodecs } from '@understudy/streams';
import type { LaneMetrics } from './invoker-metrics.ts';
import type { InvokerTopics } from './invoker-topics.ts';
import type { Origin, Outcome } from './outcome.ts';

export interface LaneRecordsOptions {
  readonly lane: ReadyLane;
  readonly partition: number;
  /** The requests' time of the last shadow response that was committed, ms since the epoch. */
  readonly written: number;
  readonly codecs: RecordCodecs;
  readonly topics: InvokerTopics;
  readonly metrics: Pick<LaneMetrics, 'deadLettered' | 'retried'>;
}

/** What one task writes for its lane: what became of requests, and how far their time has come. */
export class LaneRecords {
  readonly #options: LaneRecordsOptions;
  readonly #encode: (response: ShadowResponse) => Buffer;
  #written: number;

  constructor(options: LaneRecordsOptions) {
    this.#options = options;
    this.#encode = options.codecs.encoder('shadow-response', options.topics.shadowResponses);
    this.#written = options.written;
  }

  /** The requests' time of the last first response, progress or end record, ms since the epoch. */
  get written(): number {
    return this.#written;
  }

  /** What became of a record; with `requestTime` of a request, at its log time. */
  of({ origin, response, passedOn }: Outcome, requestTime?: number): readonly OutgoingRecord[] {
    const { topics, metrics } = this.#options;
    this.#written = requestTime ?? this.#written;
    if (passedOn?.topic === topics.deadLetters) metrics.deadLettered();
    else if (passedOn !== null) metrics.retried('retry-topic');
    return [
      ...(response === null ? [] : [this.#response(origin, response)]),
      ...(passedOn === null ? [] : [passedOn]),
    ];
  }

  /** Tells that the requests' time has passed the end of the window that was written to last; else nothing. */
  progress(requestOffset: number, requestTime: number): readonly OutgoingRecord[] {
    const { windowMs } = this.#options.lane.experiment;
    if (windowStart(requestTime, windowMs) <= windowStart(this.#written, windowMs)) return [];
    this.#written = requestTime;
    return [this.#response(nobody, { ...nothing, kind: 'progress', requestOffset, requestTime })];
  }

  /** Tells that the run has come to its end, behind the last request before it. */
  end(requestOffset: number, requestTime: number): OutgoingRecord {
    this.#written = requestTime;
    return this.#response(nobody, { ...nothing, kind: 'end', requestOffset, requestTime });
  }

  #response({ key, headers }: Origin, response: ShadowResponse): OutgoingRecord {
    const { lane, topics, partition } = this.#options;
    const { number } = lane.timeline.at(response.requestTime);
    return {
      topic: topics.shadowResponses,
      partition,
      key,
      value: this.#encode(response),
      headers: { ...traceHeaders(headers), ...revisionHeaders(number) },
    };
  }
}

const nothing = { exchangeId: null, status: null, reason: null, attempts: 0, latencyMs: null, answer: null };

/** Of a record that no one request is the origin of. */
const nobody: Origin = { key: null, headers: {} };
