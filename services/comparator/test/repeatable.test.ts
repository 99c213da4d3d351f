/**
 * The comparator's guarantee, without a broker: what a lane publishes is a function of the log alone. However the
 * inputs interleave, however they are batched, wherever a process is killed, the same bytes come out.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recoveryOutcomes } from '@understudy/domain';
import type { Alert, Records } from '@understudy/schemas-avro';
import type { ExperimentConfig } from '@understudy/config';
import { GrowingTimeline, type OutgoingRecord, type Timeline } from '@understudy/streams';
import { driveTask, memoryLookup } from '@understudy/streams/testing';
import fc from 'fast-check';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import { JoinTask } from '../src/join-task.ts';
import { LaneTime } from '../src/lane-time.ts';
import { MergeTask } from '../src/merge-task.ts';
import { joinStateFrom, mergeStateFrom } from '../src/lane-states.ts';
import { joinStarts, startOffset } from '../src/open-tasks.ts';
import {
  LaneLog,
  type LoggedRequest,
  revised,
  runStart,
  testLane,
  windowMs,
  withRevision,
  withTimeline,
} from './lane-log.ts';
import { testSettings } from './published-lane.ts';

const lane = testLane();

/** One request and what became of it. */
interface Row {
  readonly stepMs: number;
  readonly kind: 'request' | 'repeated' | 'unreadable' | 'other' | 'tick';
  readonly selfEmployed: 'yes' | 'no' | 'unknown';
  readonly production: { readonly delayMs: number; readonly status: number | null } | null;
  readonly shadow: 'agrees' | 'differs' | 'deferred' | 'unsampled';
  /** Of a deferred one; null: it is still being tried when the log ends. */
  readonly recovery: Recovery | null;
}

interface Recovery {
  readonly afterMs: number;
  /** Null: it was given up. */
  readonly decision: 'approved' | 'denied' | null;
  /** So much later it is there once more; null: it is not. */
  readonly againMs: number | null;
}

/** Feeds, commits and kills: see `driveTask`. Many, for a short run kills nothing that matters. */
const manySteps: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(10_000), {
  minLength: 20,
  maxLength: 250,
  size: 'max',
});

const row: fc.Arbitrary<Row> = fc.record({
  stepMs: fc.oneof({ weight: 12, arbitrary: fc.integer({ min: 0, max: 900 }) }, fc.constant(17_000)),
  kind: fc.constantFrom('request', 'request', 'request', 'repeated', 'unreadable', 'other', 'tick'),
  selfEmployed: fc.constantFrom('yes', 'no', 'unknown'),
  production: fc.option(
    fc.record({
      delayMs: fc.oneof(fc.integer({ min: -9_000, max: 1_000 }), fc.integer({ min: 0, max: 30_000 })),
      // Null: the response can't be read.
      status: fc.constantFrom(200, 200, 200, 503, null),
    }),
  ),
  shadow: fc.constantFrom('agrees', 'differs', 'differs', 'deferred', 'unsampled'),
  recovery: fc.option(
    fc.record({
      afterMs: fc.oneof(fc.nat(2_000), fc.nat(60_000)),
      decision: fc.constantFrom('approved', 'denied', null),
      againMs: fc.constantFrom(null, null, 10, 40_000),
    }),
  ),
});

function write(rows: readonly Row[]): LaneLog {
  const out = new LaneLog(lane);
  const responses: { atMs: number; id: string; status: number | null }[] = [];
  const recoveries = new Recoveries(out);
  let timeMs = runStart + 100;
  rows.forEach((entry, i) => {
    timeMs += entry.stepMs;
    const exchangeId = entry.kind === 'repeated' ? 'same' : `x${i}`;
    const offset = writeRequest(out, entry, timeMs, exchangeId);
    const isOurs = entry.kind === 'request' || entry.kind === 'repeated';
    if (isOurs && entry.production !== null) {
      responses.push({
        atMs: timeMs + entry.production.delayMs,
        id: exchangeId,
        status: entry.production.status,
      });
    }
    recoveries.writeUntil(timeMs + 50);
    if (isDeferred(entry)) recoveries.add({ offset, timeMs, exchangeId }, entry.recovery);
    if (entry.kind === 'unreadable') out.shadow(timeMs + 50, { offset, timeMs, exchangeId: null });
    else if (!isOurs || entry.shadow === 'unsampled') out.progress(timeMs + 50, offset, timeMs);
    else out.shadow(timeMs + 50, { offset, timeMs, exchangeId }, decisionOf(entry));
  });
  const endMs = timeMs + 200_000;
  responses.sort((a, b) => a.atMs - b.atMs);
  for (const { atMs, id, status } of responses) {
    if (status === null) out.raw(lane.topics.productionResponses, atMs, Buffer.from('unreadable'));
    else out.production(atMs, id, 'approved', status);
  }
  recoveries.writeUntil(endMs);
  out.raw(lane.topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(lane.topics.requests, endMs, null), endMs);
  return out;
}

/** Recoveries that are still to come: they stand among the shadow responses where their time is. */
class Recoveries {
  readonly #out: LaneLog;
  #pending: {
    readonly atMs: number;
    readonly request: LoggedRequest;
    readonly decision: Recovery['decision'];
  }[] = [];

  constructor(out: LaneLog) {
    this.#out = out;
  }

  add(request: LoggedRequest, recovery: Row['recovery']): void {
    if (recovery === null) return;
    const { afterMs, againMs, decision } = recovery;
    const atMs = request.timeMs + 100 + afterMs;
    this.#pending.push({ atMs, request, decision });
    if (againMs !== null) this.#pending.push({ atMs: atMs + againMs, request, decision });
    this.#pending.sort((a, b) => a.atMs - b.atMs);
  }

  writeUntil(timeMs: number): void {
    for (const { atMs, request, decision } of this.#pending) {
      if (atMs < timeMs) this.#out.recovery(atMs, request, decision ?? undefined);
    }
    this.#pending = this.#pending.filter(({ atMs }) => atMs >= timeMs);
  }
}

function writeRequest(out: LaneLog, entry: Row, timeMs: number, exchangeId: string): number {
  if (entry.kind === 'tick') return out.raw(lane.topics.requests, timeMs, null);
  if (entry.kind === 'unreadable') return out.raw(lane.topics.requests, timeMs, Buffer.from('?'));
  const experiment = entry.kind === 'other' ? 'another' : 'mortgage';
  return out.request(timeMs, exchangeId, { body: { self_employed: entry.selfEmployed }, experiment });
}

function decisionOf({ shadow }: Row): string | undefined {
  if (shadow === 'deferred') return undefined;
  return shadow === 'agrees' ? 'approved' : 'denied';
}

interface Published {
  readonly comparisons: readonly string[];
  readonly parts: readonly string[];
  readonly divergence: readonly string[];
  readonly alerts: readonly string[];
  readonly deadLetters: number;
}

interface PublishOptions {
  /** The log holds no production response, so far, that the join has not read. Default false. */
  readonly isLagging?: boolean;
  /** Default the lane without a second revision. */
  readonly judged?: ComparatorLane;
  /** The same, as the join's process has read about it; default all of it, from the beginning. */
  readonly knows?: ComparatorLane;
  /** What requests and production responses that wait for each other may take. Default more than they do. */
  readonly maxHeldBytes?: number;
}

/** Runs join and merge over the log, both by the given steps. */
async function publish(
  rows: readonly Row[],
  steps: readonly number[],
  { isLagging = false, judged = lane, knows = judged, maxHeldBytes = Infinity }: PublishOptions = {},
): Promise<Published> {
  const { log } = write(rows);
  const { topics, lanePartition: partition } = judged;
  let productionEnd = 0;
  const lookup = memoryLookup(log, {
    end: (topic) => (isLagging && topic === topics.productionResponses ? productionEnd : Infinity),
  });
  const joined = await driveTask({
    log,
    steps,
    inputs: [topics.requests, topics.productionResponses, topics.shadowResponses].map((topic) => ({
      topic,
      partition: 0,
    })),
    open: (committed) => {
      const state = joinStateFrom(judged, committed);
      const start = new Map(
        [...joinStarts(judged, state)].map(([topic, timeMs]) => [
          topic,
          startOffset(committed, topic, log.offsetAtTime(topic, 0, timeMs)),
        ]),
      );
      const processed = new Map(
        committed.map(({ topic, offset }) => [topic, offset ?? start.get(topic) ?? 0]),
      );
      const task = new JoinTask({ lane: knows, partition: 0, state, processed, lookup, maxHeldBytes });
      const accept = task.accept.bind(task);
      task.accept = async (record) => {
        await accept(record);
        if (record.topic === topics.productionResponses)
          productionEnd = Math.max(productionEnd, record.offset + 1);
      };
      return { task, start };
    },
  });
  const settingsAt = testSettings(judged);
  const merged = await driveTask({
    log,
    steps,
    inputs: [topics.windowParts, topics.divergence].map((topic) => ({ topic, partition })),
    open: (committed) => {
      const state = mergeStateFrom(judged, committed);
      const processed = committed[0]?.offset ?? 0;
      const written = log.read(topics.divergence, partition).length;
      const task = new MergeTask({
        lane: judged,
        settingsAt,
        time: new LaneTime(runStart),
        onPublished: () => undefined,
        state,
        processed,
        divergenceFrom: written,
      });
      return {
        task,
        start: new Map([
          [topics.windowParts, processed],
          [topics.divergence, state.last?.from ?? written],
        ]),
      };
    },
  });
  return {
    comparisons: bytesOf(joined, topics.comparisons),
    parts: bytesOf(
      joined.filter((record) => !isEmptyPart(judged, record)),
      topics.windowParts,
    ),
    divergence: bytesOf(merged, topics.divergence),
    alerts: bytesOf(merged, topics.alerts),
    deadLetters: bytesOf(joined, topics.deadLetters).length,
  };
}

function bytesOf(records: readonly OutgoingRecord[], topic: string): string[] {
  return records
    .filter((record) => record.topic === topic)
    .map(({ key, value, headers: { traceparent = '' } = {} }) =>
      [key?.toString() ?? '', traceparent, value?.toString('hex') ?? ''].join(' '),
    );
}

/** How empty windows are grouped depends on when they were closed; they say nothing and are not published. */
function isEmptyPart({ topics, codecs }: ComparatorLane, { topic, value }: OutgoingRecord): boolean {
  if (topic !== topics.windowParts || value === null) return false;
  const part = codecs.decode('window-part', value);
  return !(part instanceof Promise) && part.segments.length === 0;
}

test('any interleaving, batching and killing of a lane publishes the same bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60, size: 'max' }),
      manySteps,
      async (rows, steps) => {
        const once = await publish(rows, []);
        assert.deepEqual(await publish(rows, steps), once);
        assert.deepEqual(await publish(rows, steps, { isLagging: true }), once);
        assert.deepEqual(await publish(rows, steps, { maxHeldBytes: 2_000 }), once);
      },
    ),
    { numRuns: 200, endOnFailure: true },
  );
});

/** The lane with another comparison, segments and patience from a boundary on; a process reads about it when it has to wait. */
function revisedLanes(fromMs: number): Required<Pick<PublishOptions, 'judged' | 'knows'>> {
  const { production } = lane.ready.timeline.newest.experiment;
  const change: Partial<ExperimentConfig> = {
    production: { ...production, timeoutMs: 20_000 },
    comparison: { kind: 'json', ignore: [], numberTolerance: 0 },
    segments: [{ name: 'employment', field: '/self_employed', values: ['unknown'], margin: 0.5 }],
  };
  const timeline = new GrowingTimeline(lane.ready.timeline.newest);
  timeline.know(fromMs);
  let asked = 0;
  const follower: Timeline = {
    get newest() {
      return timeline.newest;
    },
    at: (timeMs) => timeline.at(timeMs),
    numbered: (number) => timeline.numbered(number),
    get knownUntilMs() {
      asked += 1;
      if (asked === 12) {
        timeline.add(revised(lane, fromMs, change).newest);
        timeline.know(Infinity);
      }
      return timeline.knownUntilMs;
    },
  };
  return { judged: withRevision(lane, fromMs, change), knows: withTimeline(lane, follower) };
}

test('so does a lane whose experiment is revised on the way, whenever a process reads about it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60, size: 'max' }),
      manySteps,
      fc.integer({ min: 1, max: 8 }),
      async (rows, steps, windows) => {
        const revision = runStart + windows * windowMs;
        const { judged } = revisedLanes(revision);
        const once = await publish(rows, [], { judged });
        assert.deepEqual(await publish(rows, steps, revisedLanes(revision)), once);
        assert.deepEqual(await publish(rows, steps, { ...revisedLanes(revision), isLagging: true }), once);
        const records = await Promise.all(once.divergence.map((line) => decoded('divergence', line)));
        for (const { configHash, windowStart } of records)
          assert.equal(configHash, windowStart < revision ? 'hash' : 'hash 2');
      },
    ),
    { numRuns: 100, endOnFailure: true },
  );
});

test('every sampled request is in exactly one window, and the running sums add up to them', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 40 }), manySteps, async (rows, steps) => {
      const { divergence } = await publish(rows, steps);
      const records = await Promise.all(divergence.map((line) => decoded('divergence', line)));
      const whole = records.filter(({ segment }) => segment === null);
      const sampled = rows.filter(
        ({ kind, shadow }) => kind === 'unreadable' || (isOurs(kind) && shadow !== 'unsampled'),
      );
      assert.equal(
        whole.reduce((sum, { window }) => sum + window.ledger.sampled, 0),
        sampled.length,
      );
      assert.equal(whole.at(-1)?.running.sums.ledger.sampled ?? 0, sampled.length);
      assert.ok(whole.every(({ verdict }) => verdict?.balanced === true));
      const closed = rows.flatMap((each) => (isDeferred(each) ? (each.recovery ?? []) : []));
      const repeated = closed.filter(({ againMs }) => againMs !== null);
      const all = [...closed, ...repeated];
      const recovered = { answered: 0, 'dead-lettered': 0, ...whole.at(-1)?.running.sums.recovered };
      assert.deepEqual(recovered, {
        answered: all.filter(({ decision }) => decision !== null).length,
        'dead-lettered': all.filter(({ decision }) => decision === null).length,
      });
      const corrections = whole.at(-1)?.running.sums.corrections;
      const judged = Object.values(corrections?.notCompared ?? {}).reduce((a, b) => a + b, 0);
      assert.equal((corrections?.compared ?? 0) + judged, recovered.answered);
      const twice = repeated.filter(({ decision }) => decision !== null).length;
      assert.equal(corrections?.notCompared['recovered-before'] ?? 0, twice);
      assert.equal(
        whole.reduce((sum, { window }) => sum + window.corrections.compared, 0),
        corrections?.compared ?? 0,
      );
      for (const outcome of recoveryOutcomes) {
        const inWindows = whole.reduce((sum, { window }) => sum + (window.recovered[outcome] ?? 0), 0);
        assert.equal(inWindows, recovered[outcome]);
      }
      assert.equal(new Set(whole.map(({ windowStart }) => windowStart)).size, whole.length);
      assert.ok(whole.every(({ windowStart, windowEnd }) => windowEnd - windowStart === windowMs));
    }),
    { numRuns: 200, endOnFailure: true },
  );
});

test('an alert begins once and ends once, wherever a process is killed', async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(row, { minLength: 20, maxLength: 60 }), manySteps, async (rows, steps) => {
      const published = await publish(rows, steps);
      const alerts = await Promise.all(published.alerts.map((line) => decoded('alert', line)));
      for (const [identity, records] of Map.groupBy(alerts, (alert) => alert.identity)) {
        assert.deepEqual(
          records.map(({ state }) => state),
          ['firing', 'resolved'].slice(0, records.length),
          identity,
        );
      }
      const last = await Promise.all(published.divergence.map((line) => decoded('divergence', line)));
      const states = last.findLast(({ segment }) => segment === null)?.alerts ?? [];
      assert.deepEqual(
        states.flatMap(({ firing }) => firing?.identity ?? []).toSorted(),
        open(alerts).toSorted(),
        'what the last window says is firing has begun and not ended',
      );
      seen += alerts.length;
    }),
    { numRuns: 100, endOnFailure: true },
  );
  assert.ok(seen > 100, `only ${seen} alerts: the test tested little`);
});

/** Identities of the alerts that have begun and not ended. */
function open(alerts: readonly Alert[]): string[] {
  const ended = new Set(alerts.filter(({ state }) => state === 'resolved').map(({ identity }) => identity));
  return alerts.flatMap(({ identity, state }) =>
    state === 'firing' && !ended.has(identity) ? [identity] : [],
  );
}

async function decoded<K extends 'divergence' | 'alert'>(name: K, line: string): Promise<Records[K]> {
  return lane.codecs.decode(name, Buffer.from(line.split(' ').at(-1) ?? '', 'hex'));
}

/**
 * requests      r0   r1 (not sampled)      tick at 17 s
 * production    p0   unreadable
 *
 * r0 is joined and its window closed without anyone having to read beyond p0; then a kill. From S on, 17 s, reading
 * would begin after the unreadable response, and it would be passed over.
 */
test('a response that can not be read is not passed over because no window waited for it', async () => {
  const plain = { selfEmployed: 'yes', kind: 'request', shadow: 'agrees', recovery: null } as const;
  const rows: readonly Row[] = [
    { ...plain, stepMs: 0, production: { delayMs: 100, status: 200 } },
    { ...plain, stepMs: 0, production: { delayMs: 200, status: null }, shadow: 'unsampled' },
    { ...plain, stepMs: 17_000, production: null, kind: 'tick' },
    { ...plain, stepMs: 100, production: { delayMs: 100, status: 200 } },
  ];
  const [requests, shadows, production, commit, kill] = [5, 2, 1, 3, 4];
  const killed = await publish(rows, [requests, shadows, production, commit, kill]);
  assert.equal(killed.deadLetters, 1);
});

function isDeferred({ kind, shadow }: Row): boolean {
  return isOurs(kind) && shadow === 'deferred';
}

function isOurs(kind: Row['kind']): boolean {
  return kind === 'request' || kind === 'repeated';
}
