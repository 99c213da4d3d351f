import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseConfig } from '@understudy/config';
import { liveRun, type Request, type ShadowResponse } from '@understudy/schemas-avro';
import {
  constantTimeline,
  firstRevision,
  type IncomingRecord,
  type OutgoingRecord,
  type ReadyLane,
  type RecordCodecs,
  type TaskOutput,
  type Timeline,
} from '@understudy/streams';
import { localCodecs } from '@understudy/streams/testing';
import { createMetrics, type Metrics } from '@understudy/telemetry';
import { waitFor } from '../../../test/support/wait-for.ts';
import { ShadowCaller } from '../src/call-shadow.ts';
import { createInvokerMetrics, type LaneMetrics } from '../src/invoker-metrics.ts';
import type { InvokerState } from '../src/invoker-state.ts';
import { InvokerTask } from '../src/invoker-task.ts';
import type { InvokerTopics } from '../src/invoker-topics.ts';
import { Pace } from '../src/pace.ts';
import type { RetryCounts } from '../src/retry-counts.ts';
import { BrokenSessions } from '../src/sessions/broken-sessions.ts';
import { OrderedSessions } from '../src/sessions/ordered-sessions.ts';

export const windowMs = 5_000;
export const start = 1_000_000;
export const topics: InvokerTopics = {
  requests: 'requests',
  retries: [],
  shadowResponses: 'shadow-responses',
  deadLetters: 'dead-letters',
};
/** With two retry topics, of 30 s and 5 min. */
export const retryingTopics: InvokerTopics = {
  ...topics,
  retries: [
    { topic: 'retries.30s', delayMs: 30_000 },
    { topic: 'retries.5m', delayMs: 300_000 },
  ],
};
export const codecs: RecordCodecs = localCodecs();
const cleanUps: (() => Promise<void>)[] = [];

/** To be called after each test. */
export async function cleanUp(): Promise<void> {
  for (const each of cleanUps.splice(0)) await each();
}

export interface Shadow {
  readonly url: string;
  readonly seen: { readonly id: string; readonly attempt: number; readonly headers: IncomingHttpHeaders }[];
  /** Answers the request of this exchange, which has arrived. */
  answer(id: string, status?: number): void;
}

/** A real HTTP server that answers when it is told to; or at once, with the status that it is given. */
export async function startShadow(statusOf?: (id: string, attempt: number) => number): Promise<Shadow> {
  const open = new Map<string, ServerResponse>();
  const seen: Shadow['seen'] = [];
  const answer = (id: string, status = 200): void => {
    const response = open.get(id);
    assert.ok(response, `${id} has not been called`);
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"decision":"approved"}');
  };
  const server = createServer((request: IncomingMessage, response) => {
    const id = String(request.headers['x-exchange-id']);
    const attempt = Number(request.headers['x-shadow-attempt']);
    seen.push({ id, attempt, headers: request.headers });
    open.set(id, response);
    if (statusOf !== undefined) answer(id, statusOf(id, attempt));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, answer };
}

export interface HarnessOptions {
  /** Of the shadow; default 5s. */
  readonly timeout?: string;
  readonly maxOutstanding?: number;
  /** With its unit; default 1MiB. */
  readonly maxOutstandingBytes?: string;
  readonly state?: InvokerState;
  /** As in the config; default one attempt, and failures are final. */
  readonly retry?: string;
  readonly breaker?: string;
  readonly nowMs?: () => number;
  /** Default: at once. */
  readonly pace?: Pace;
  /** Of the run, ms since the epoch; default none. */
  readonly end?: number;
  readonly retryCounts?: ReadonlyMap<string, RetryCounts>;
  /** Default: the experiment is one revision. */
  readonly timeline?: Timeline;
  /** As in the config; default none. */
  readonly session?: string;
}

export interface Harness {
  readonly task: InvokerTask;
  readonly metrics: Metrics;
  /** Under the key that such a request has. */
  readonly send: (request: Partial<Request>, timestampMs?: number) => Promise<void>;
  readonly raw: (
    value: Buffer | null,
    timestampMs?: number,
    headers?: Record<string, string>,
    key?: string,
  ) => Promise<void>;
  /** Appends what the task wrote to a topic that it reads, and gives it to the task. */
  readonly deliver: (record: OutgoingRecord, timestampMs: number) => Promise<void>;
}

export function harness(url: string, options: HarnessOptions = {}): Harness {
  const { state = { clock: 0, written: start }, nowMs, retryCounts } = options;
  const lane = laneFor(url, options);
  const metrics = createMetrics({ service: 'shadow-invoker' });
  const ofLane = createInvokerMetrics(metrics)('mortgage.boosted.live');
  const pace = options.pace ?? new Pace({ speed: null, isPaused: false });
  const caller = new ShadowCaller({ shadow: lane.shadow, captureBytes: 1024, metrics: ofLane, pace });
  const task = new InvokerTask({
    lane,
    partition: 0,
    state,
    from: 0,
    ...(retryCounts && { retryCounts }),
    pace,
    caller,
    codecs,
    topics: lane.shadow.retry.delaysMs.length === 0 ? topics : retryingTopics,
    metrics: ofLane,
    wake: () => undefined,
    sessions: lane.experiment.session?.ordered === true ? wholeSessions(lane, ofLane) : null,
    ...(nowMs && { nowMs }),
  });
  cleanUps.push(async () => {
    task.close();
    await caller.close();
  });
  const ends = new Map<string, number>();
  const append = async (record: Omit<IncomingRecord, 'partition' | 'offset'>): Promise<void> => {
    const offset = ends.get(record.topic) ?? 0;
    ends.set(record.topic, offset + 1);
    await task.accept({ ...record, partition: 0, offset });
  };
  const next = (): number => ends.get(topics.requests) ?? 0;
  const raw: Harness['raw'] = (value, timestampMs = start + next(), headers = {}, key) =>
    append({
      topic: topics.requests,
      timestampMs,
      key: key === undefined ? null : Buffer.from(key),
      value,
      headers,
    });
  return {
    task,
    metrics,
    raw,
    send: (changes, timestampMs) => {
      const request = { ...plain(next()), ...changes };
      const key = request.session ?? request.exchangeId;
      return raw(codecs.encoder('request', '')(request), timestampMs, {}, key);
    },
    deliver: ({ topic, key, value, headers = {} }, timestampMs) =>
      append({ topic, timestampMs, key: key === null ? null : Buffer.from(key), value, headers }),
  };
}

/** Nothing is known of any. */
function wholeSessions(lane: ReadyLane, metrics: LaneMetrics): OrderedSessions {
  const { idleMs, maxWaiting } = lane.experiment.session ?? assert.fail();
  return new OrderedSessions({
    lane,
    idleMs,
    maxWaiting,
    broken: new BrokenSessions({ idleMs }),
    end: 0,
    metrics,
  });
}

export function laneFor(url: string, options: HarnessOptions = {}): ReadyLane {
  const { timeout = '5s', maxOutstanding = 100, maxOutstandingBytes = '1MiB', breaker = '{}' } = options;
  const { retry = '{ attempts: 1, delays: [] }', session } = options;
  const text = `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    window: 5s
    ${session === undefined ? '' : `session: ${session}`}
    comparison: { kind: class, label: /decision }
    shadows:
      - name: boosted
        url: '${url}'
        timeout: ${timeout}
        concurrency: 4
        maxOutstanding: ${maxOutstanding}
        maxOutstandingBytes: ${maxOutstandingBytes}
        retry: ${retry}
        breaker: ${breaker}
`;
  const [experiment] = parseConfig({ text, file: 'test.yaml', env: {} }).experiments;
  const shadow = experiment?.shadows[0];
  assert.ok(experiment && shadow);
  const lane = { experiment: experiment.name, shadow: shadow.name, run: 'live' };
  const run = { ...liveRun({ lane: 'mortgage.boosted.live', start, windowMs }), end: options.end ?? null };
  const timeline = options.timeline ?? constantTimeline(firstRevision(experiment));
  return { lane, experiment, shadow, run, timeline };
}

export function plain(n: number): Request {
  const body = Buffer.from('{}');
  return {
    exchangeId: `x${n}`,
    requestId: null,
    experiment: 'mortgage',
    session: null,
    requestTime: 0,
    method: 'POST',
    path: '/predict',
    headers: { 'content-type': 'application/json' },
    contentType: 'application/json',
    body,
    bodySize: body.length,
    production: null,
  };
}

export async function responsesOf(output: TaskOutput | null): Promise<readonly ShadowResponse[]> {
  const responses: ShadowResponse[] = [];
  for (const { topic, value } of output?.records ?? []) {
    if (topic === topics.shadowResponses && value !== null) {
      responses.push(await codecs.decode('shadow-response', value));
    }
  }
  return responses;
}

/** Waits until the task has an output. */
export async function nextOutput(task: InvokerTask): Promise<TaskOutput> {
  let output: TaskOutput | null = null;
  await waitFor(() => (output = task.output()) !== null, { timeoutMs: 5_000, what: 'an output of the task' });
  assert.ok(output);
  return output;
}
