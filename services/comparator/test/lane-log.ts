import { hash } from 'node:crypto';
import { type ExperimentConfig, parseConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { type Answer, liveRun, type ProductionResult, type ShadowResponse } from '@understudy/schemas-avro';
import {
  constantTimeline,
  firstRevision,
  GrowingTimeline,
  type OutgoingRecord,
  type Timeline,
} from '@understudy/streams';
import { localCodecs, MemoryLog } from '@understudy/streams/testing';
import { type LaneWatch, laneWatch } from '../src/alerts/watch-lane.ts';
import { type ComparatorLane, comparatorLane } from '../src/comparator-lane.ts';

export const windowMs = 5_000;
export const runStart = 1_000_000;

const yaml = (partitions: number): string => `
kafka: { brokers: ['127.0.0.1:9092'], partitions: ${partitions} }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1', timeout: 1s }
    window: 5s
    shadows: [{ name: boosted, url: 'http://127.0.0.1:2' }]
    comparison: { kind: class, label: /decision }
    segments: [{ field: /self_employed, values: ['yes', 'no'] }]
    keep: { divergingPairs: 3 }
    alerts: { silent: { windows: 1 }, resolveAfter: 1 }
`;

/** A lane with schemas but without a registry. @param partitions default 1 */
export function testLane(partitions = 1): ComparatorLane {
  const config = parseConfig({ text: yaml(partitions), file: 'test.yaml', env: {} });
  const experiment = config.experiments[0];
  const shadow = experiment?.shadows[0];
  if (experiment === undefined || shadow === undefined) throw new Error('the test config has no shadow');
  return comparatorLane({
    ready: {
      lane: { experiment: experiment.name, shadow: shadow.name, run: 'live' },
      experiment,
      shadow,
      run: liveRun({ lane: 'mortgage.boosted.live', start: runStart, windowMs }),
      timeline: constantTimeline({ ...firstRevision(experiment), configHash: 'hash' }),
    },
    names: topicNames('test.'),
    prefix: 'test.',
    partitions,
    codecs: localCodecs(),
  });
}

/**
 * The lane with one more revision of its experiment, known at once.
 *
 * @param fromMs - the window boundary from which on it judges
 */
export function withRevision(
  lane: ComparatorLane,
  fromMs: number,
  change: Partial<ExperimentConfig>,
): ComparatorLane {
  const timeline = revised(lane, fromMs, change);
  timeline.know(Infinity);
  return withTimeline(lane, timeline);
}

/** The same for a follower that has yet to say up to when nothing more can take effect. */
export function revised(
  { ready }: ComparatorLane,
  fromMs: number,
  change: Partial<ExperimentConfig>,
): GrowingTimeline {
  const { newest } = ready.timeline;
  const experiment = { ...newest.experiment, ...change };
  const number = newest.number + 1;
  const timeline = new GrowingTimeline(newest);
  timeline.add({ ...firstRevision(experiment), number, fromMs, configHash: `hash ${number}` });
  return timeline;
}

export function withTimeline(lane: ComparatorLane, timeline: Timeline): ComparatorLane {
  return { ...lane, ready: { ...lane.ready, timeline } };
}

/** The trace context that a request's record has. */
export function traceparentOf(exchangeId: string): string {
  const digest = hash('sha256', exchangeId);
  return `00-${digest.slice(0, 32)}-${digest.slice(32, 48)}-01`;
}

export interface RequestOptions {
  /** Default: one like no other. */
  readonly body?: object;
  /** Default the lane's. */
  readonly experiment?: string;
  /** The caller's; default one made of the exchange id. */
  readonly requestId?: string | null;
}

export interface LoggedRequest {
  readonly offset: number;
  readonly timeMs: number;
  readonly exchangeId: string | null;
}

/** Rules that fire on little evidence: a false alarm may come every minute. */
export function nervousWatch(
  { name, ready }: ComparatorLane,
  experiment: ExperimentConfig = ready.timeline.newest.experiment,
): LaneWatch {
  return laneWatch(name, experiment, { falseAlarmsMs: 60_000, link: 'http://console' });
}

export interface LaneLogOptions {
  /** Default 0. */
  readonly partition?: number;
  /** Default to {@link LaneLog.log}. Returns the record's offset. */
  readonly append?: (record: OutgoingRecord, timeMs: number) => number;
}

/** Writes what gateway and invoker would write, at times of the test's choosing. */
export class LaneLog {
  readonly log: MemoryLog = new MemoryLog();
  readonly #lane: ComparatorLane;
  readonly #partition: number;
  readonly #append: NonNullable<LaneLogOptions['append']>;

  constructor(lane: ComparatorLane, { partition = 0, append }: LaneLogOptions = {}) {
    this.#lane = lane;
    this.#partition = partition;
    this.#append = append ?? ((record, timeMs) => this.log.append(record, timeMs));
  }

  request(timeMs: number, exchangeId: string, options: RequestOptions = {}): number {
    const { body = { id: exchangeId }, experiment = 'mortgage', requestId = `id of ${exchangeId}` } = options;
    const { topics, codecs } = this.#lane;
    const bytes = Buffer.from(JSON.stringify(body));
    const value = codecs.encoder(
      'request',
      topics.requests,
    )({
      exchangeId,
      requestId,
      experiment,
      session: null,
      requestTime: timeMs,
      method: 'POST',
      path: '/predict',
      headers: {},
      contentType: 'application/json',
      body: bytes,
      bodySize: bytes.length,
      production: null,
    });
    const headers = { traceparent: traceparentOf(exchangeId) };
    const { requests: topic } = topics;
    return this.#append({ topic, partition: this.#partition, key: null, value, headers }, timeMs);
  }

  production(timeMs: number, exchangeId: string, decision: string, status = 200): void {
    const { topics, codecs } = this.#lane;
    const result: ProductionResult = {
      outcome: 'answered',
      answer: { ...answerOf(decision), status },
      latencyMs: 10,
      error: null,
    };
    const value = codecs.encoder(
      'production-response',
      topics.productionResponses,
    )({ exchangeId, experiment: 'mortgage', responseTime: timeMs, result });
    this.raw(topics.productionResponses, timeMs, value);
  }

  /** A first shadow response; without a decision, a deferred one. */
  shadow(timeMs: number, request: LoggedRequest, decision?: string): void {
    this.#shadowRecord(timeMs, {
      ...called(request),
      kind: 'first',
      status: decision === undefined ? 'deferred' : 'answered',
      reason: decision === undefined ? 'http-500' : null,
      latencyMs: decision === undefined ? null : 20,
      answer: decision === undefined ? null : answerOf(decision),
    });
  }

  /** What became of a deferred one afterwards; without a decision, it was given up. */
  recovery(timeMs: number, request: LoggedRequest, decision?: string): void {
    const isAnswered = decision !== undefined;
    this.#shadowRecord(timeMs, {
      ...called(request),
      kind: 'recovery',
      status: isAnswered ? 'answered' : 'dead_lettered',
      reason: isAnswered ? null : 'http-500',
      latencyMs: isAnswered ? 20 : null,
      answer: isAnswered ? answerOf(decision) : null,
    });
  }

  progress(timeMs: number, requestOffset: number, requestTime: number): void {
    this.#frontierRecord(timeMs, 'progress', requestOffset, requestTime);
  }

  /** The invoker's last record of a run: nothing at or after the end is called. */
  end(timeMs: number, requestOffset: number, requestTime: number): void {
    this.#frontierRecord(timeMs, 'end', requestOffset, requestTime);
  }

  raw(topic: string, timeMs: number, value: Buffer | null): number {
    return this.#append({ topic, partition: this.#partition, key: null, value }, timeMs);
  }

  #frontierRecord(
    timeMs: number,
    kind: 'progress' | 'end',
    requestOffset: number,
    requestTime: number,
  ): void {
    this.#shadowRecord(timeMs, {
      kind,
      requestOffset,
      requestTime,
      exchangeId: null,
      status: null,
      reason: null,
      attempts: 0,
      latencyMs: null,
      answer: null,
    });
  }

  #shadowRecord(timeMs: number, response: ShadowResponse): void {
    const { topics, codecs } = this.#lane;
    this.raw(
      topics.shadowResponses,
      timeMs,
      codecs.encoder('shadow-response', topics.shadowResponses)(response),
    );
  }
}

function answerOf(decision: string): Answer {
  const body = Buffer.from(JSON.stringify({ decision }));
  return { status: 200, headers: {}, contentType: 'application/json', body, bodySize: body.length };
}

function called({
  offset,
  timeMs,
  exchangeId,
}: LoggedRequest): Omit<ShadowResponse, 'kind' | 'status' | 'reason'> {
  return {
    requestOffset: offset,
    requestTime: timeMs,
    exchangeId,
    attempts: 1,
    latencyMs: null,
    answer: null,
  };
}
