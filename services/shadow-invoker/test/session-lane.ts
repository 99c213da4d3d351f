import assert from 'node:assert/strict';
import type { CommittedOffset, LogLookup, LogOffsets, StreamTask } from '@understudy/streams';
import { memoryLookup, MemoryLog } from '@understudy/streams/testing';
import { createMetrics } from '@understudy/telemetry';
import type { ShadowCaller } from '../src/call-shadow.ts';
import { createInvokerMetrics } from '../src/invoker-metrics.ts';
import { openInvokerTask } from '../src/open-invoker-task.ts';
import { Pace } from '../src/pace.ts';
import { codecs, laneFor, plain, start, topics } from './harness.ts';

/** One request of a script. */
export interface ScriptedRequest {
  readonly id: string;
  readonly session: string;
  /** After the lane's start. */
  readonly atMs: number;
  readonly fails: boolean;
}

const partition = 0;
const session = '{ header: x, ordered: true, idle: 1m, maxWaiting: 20 }';
const lane = laneFor('http://127.0.0.1:1', { session });
const metrics = createInvokerMetrics(createMetrics({ service: 'shadow-invoker' }))('mortgage.boosted.live');

/** An invoker's task over a log in memory, with a shadow that answers at once, and kills wherever a test wants them. */
export class SessionLane {
  readonly log: MemoryLog = new MemoryLog();
  /** Where the shadow responses begin, after their retention. */
  responsesStart = 0;
  /** Ids, in the order of their calls. */
  readonly calls: string[] = [];
  readonly #answers: (() => void)[] = [];
  readonly #failing: ReadonlySet<string>;
  #committed: CommittedOffset = { topic: topics.requests, partition, offset: null, metadata: null };
  #task: StreamTask | null = null;
  #position = 0;

  constructor(script: readonly ScriptedRequest[]) {
    const encode = codecs.encoder('request', topics.requests);
    for (const { id, session, atMs } of script) {
      const value = encode({ ...plain(0), exchangeId: id, session });
      this.log.append({ topic: topics.requests, partition, key: session, value }, start + atMs);
    }
    this.#failing = new Set(script.flatMap(({ id, fails }) => (fails ? [id] : [])));
  }

  /** Where the shadow responses begin of which the committed state depends; null: nowhere. */
  get committedFrom(): number | null {
    const state = JSON.parse(this.#committed.metadata ?? '{}') as { sessionsFrom?: number };
    return state.sessionsFrom ?? null;
  }

  /** Goes on from what is committed, whatever was done since. */
  async kill(): Promise<void> {
    this.#task?.close();
    const open = openInvokerTask({
      lane,
      caller: { call: this.#call },
      pace: new Pace({ speed: null, isPaused: false }),
      streams: { admin: offsetsOf(this.log), lookup: this.#lookup(), registry: codecs },
      topics,
      metrics,
    });
    const spec = { id: String(partition), inputs: [], writes: [] };
    const opened = await open({ spec, committed: [this.#committed], wake: () => {} });
    this.#task = opened.task;
    this.#position = opened.start.get(topics.requests) ?? assert.fail();
  }

  /** Takes so many requests, if there are so many and as the task wants them, and lets their calls end. */
  async take(count: number): Promise<void> {
    const task = this.#task ?? assert.fail('it is not opened');
    for (let n = 0; n < count; n += 1) {
      const record = this.log.next(topics.requests, partition, this.#position);
      if (record === undefined) break;
      if (task.appetite(topics.requests, record, partition) !== 'now') await this.#settled();
      await task.accept(record);
      this.#position = record.offset + 1;
    }
    await this.#settled();
  }

  commit(): void {
    const output = this.#task?.output(true) ?? null;
    if (output === null) return;
    const baseOffsets = new Map<string, number>();
    for (const record of output.records) {
      const offset = this.log.append(record, 0);
      const name = `${record.topic}/${record.partition}`;
      if (!baseOffsets.has(name)) baseOffsets.set(name, offset);
    }
    for (const { offset, metadata } of output.positions) {
      this.#committed = { ...this.#committed, offset, metadata };
    }
    this.#task?.committed(baseOffsets);
  }

  /** First responses, in their order: `id status reason`. */
  async firsts(): Promise<readonly string[]> {
    const found: string[] = [];
    for (const { value } of this.log.read(topics.shadowResponses, partition)) {
      const { kind, exchangeId, status, reason } = await codecs.decode(
        'shadow-response',
        value ?? assert.fail(),
      );
      if (kind === 'first')
        found.push([exchangeId, status, reason].filter((part) => part !== null).join(' '));
    }
    return found;
  }

  #lookup(): LogLookup {
    const { log, responsesStart } = this;
    return memoryLookup(log, { start: (topic) => (topic === topics.shadowResponses ? responsesStart : 0) });
  }

  /** Every call has ended, and those that waited for them. */
  async #settled(): Promise<void> {
    do {
      for (const answer of this.#answers.splice(0)) answer();
      await new Promise<void>((resolve) => setImmediate(resolve));
    } while (this.#answers.length > 0);
  }

  readonly #call: ShadowCaller['call'] = async ({ exchangeId }) => {
    this.calls.push(exchangeId);
    await new Promise<void>((resolve) => this.#answers.push(resolve));
    return this.#failing.has(exchangeId)
      ? { status: 'failed', reason: 'http-500', answer: null, latencyMs: 1 }
      : { status: 'answered', answer: { ...noBody, status: 200 }, latencyMs: 1 };
  };
}

const noBody = { headers: {}, contentType: null, body: Buffer.alloc(0), bodySize: 0 };

function offsetsOf(log: MemoryLog): LogOffsets {
  return {
    bounds: (topic) => Promise.resolve([{ start: 0, end: log.end(topic, partition) }]),
    offsetsAtTime: (topic, timeMs) => Promise.resolve([log.offsetAtTime(topic, partition, timeMs)]),
  };
}
