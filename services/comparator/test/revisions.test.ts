/**
 * What judges holds by the time of a request: from the boundary at which its revision takes effect. Times are seconds since
 * the run's start, by the log; windows are 5 s wide, and production's deadline is its timeout, at first 1 s, and 60 s.
 */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { revisionOf } from '@understudy/domain';
import type { Divergence, WindowPart } from '@understudy/schemas-avro';
import { GrowingTimeline } from '@understudy/streams';
import { memoryLookup, type MemoryLog } from '@understudy/streams/testing';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import { JoinTask } from '../src/join-task.ts';
import type { JoinState } from '../src/lane-states.ts';
import { LaneTime } from '../src/lane-time.ts';
import { MergeTask } from '../src/merge-task.ts';
import { LaneLog, revised, runStart, testLane, withRevision, withTimeline } from './lane-log.ts';
import { publishedLane, testSettings } from './published-lane.ts';

const first = testLane();
const { requests, productionResponses, shadowResponses, windowParts } = first.topics;
const at = (seconds: number): number => runStart + seconds * 1_000;
const { experiment } = first.ready.timeline.newest;

/** A request and its two responses. Production says approved. */
function exchange(out: LaneLog, seconds: number, shadow: string): void {
  const exchangeId = `x${seconds}`;
  const offset = out.request(at(seconds), exchangeId, { body: { self_employed: 'yes', age: 'old' } });
  out.production(at(seconds + 0.01), exchangeId, 'approved');
  out.shadow(at(seconds + 0.02), { offset, timeMs: at(seconds), exchangeId }, shadow);
}

/** Time passes, with a tick in requests and one in production's responses, and the frontier goes with it. */
function pass(out: LaneLog, seconds: number): void {
  out.raw(productionResponses, at(seconds), null);
  out.progress(at(seconds), out.raw(requests, at(seconds), null), at(seconds));
}

async function divergenceOf(lane: ComparatorLane, out: LaneLog): Promise<readonly Divergence[]> {
  const log = await publishedLane(lane, out);
  const records = log.read(lane.topics.divergence, lane.lanePartition);
  return Promise.all(
    records.map(async ({ value }) => lane.codecs.decode('divergence', value ?? Buffer.alloc(0))),
  );
}

const whole = ({ segment }: Divergence): boolean => segment === null;

/** Times of requests 1 s, 4.999 s, 5 s, 9 s: two in the first window, two in the second. Half of each differ. */
function fourExchanges(): LaneLog {
  const out = new LaneLog(first);
  for (const [seconds, shadow] of [
    [1, 'approved'],
    [4.999, 'denied'],
    [5, 'approved'],
    [9, 'denied'],
  ] as const)
    exchange(out, seconds, shadow);
  pass(out, 80);
  return out;
}

suite('running sums', () => {
  const sumsUnder = async (change: Parameters<typeof withRevision>[2]) => {
    const divergence = await divergenceOf(withRevision(first, at(5), change), fourExchanges());
    return divergence.filter(whole).map(({ configHash, running }) => ({
      configHash,
      since: running.since,
      compared: running.sums.ledger.compared,
      margin: running.margin,
    }));
  };

  test('begin anew at the boundary where the margin changes', async () => {
    const verdict = { ...experiment.verdict, agreement: { margin: 0.5 } };
    assert.deepEqual(await sumsUnder({ verdict }), [
      { configHash: 'hash', since: at(0), compared: 2, margin: 0.95 },
      { configHash: 'hash 2', since: at(5), compared: 2, margin: 0.5 },
    ]);
  });

  test('go on where only the share of requests, or the patience with production, changes', async () => {
    const sampling = { ...experiment.sampling, rate: 0.5 };
    const production = { ...experiment.production, timeoutMs: 2_000 };
    assert.deepEqual(await sumsUnder({ sampling, production }), [
      { configHash: 'hash', since: at(0), compared: 2, margin: 0.95 },
      { configHash: 'hash 2', since: at(0), compared: 4, margin: 0.95 },
    ]);
  });
});

test('a window lists the segments, and compares by the comparison, of its own revision', async () => {
  const lane = withRevision(first, at(5), {
    segments: [{ name: 'age', field: '/age', values: ['old'], margin: 0.9 }],
    // Nothing that the answers have: no pair of the second window can be compared.
    comparison: { kind: 'class', label: '/nothing' },
  });
  const divergence = await divergenceOf(lane, fourExchanges());
  const told = divergence.map(
    ({ windowStart, segment, window: { ledger } }) =>
      `${(windowStart - runStart) / 1_000} s ${segment?.field ?? 'all'}=${segment?.value ?? ''}: ${ledger.sampled} ${ledger.compared}`,
  );
  assert.deepEqual(told, [
    '0 s all=: 2 2',
    '0 s self_employed=yes: 2 2',
    '0 s self_employed=no: 0 0',
    '0 s self_employed=other: 0 0',
    '5 s all=: 2 0',
    '5 s age=old: 2 0',
    '5 s age=other: 0 0',
  ]);
});

/**
 * requests   r0 (4.9 s)   r1 (5.1 s)           production's timeout is 1 s, and from 5 s on 10 s
 * responses               p0 (66 s), p1 (66.1 s)
 *
 * p0 comes after its deadline, 65.9 s; r1 has until 75.1 s.
 */
test('a production response is waited for as long as the revision at its request says', async () => {
  const out = new LaneLog(first);
  for (const [seconds, id] of [
    [4.9, 'r0'],
    [5.1, 'r1'],
  ] as const) {
    const offset = out.request(at(seconds), id);
    out.shadow(at(seconds + 0.1), { offset, timeMs: at(seconds), exchangeId: id }, 'approved');
  }
  out.production(at(66), 'r0', 'approved');
  out.production(at(66.1), 'r1', 'approved');
  pass(out, 80);
  const production = { ...experiment.production, timeoutMs: 10_000 };
  const divergence = await divergenceOf(withRevision(first, at(5), { production }), out);
  assert.deepEqual(
    divergence.filter(whole).map(({ window: { ledger } }) => ledger.notCompared),
    [{ 'missing-production-response': 1 }, {}],
  );
});

/**
 * requests           r0 (1 s)    tick (6 s)                        tick (12 s)
 * shadow responses   deferred    progress (6 s)   answered r0      progress (12 s)
 *
 * From 5 s on nothing is comparable. r0 was asked before.
 */
test('a recovery is judged by the revision at its request, and counted in the window of the frontier', async () => {
  const out = new LaneLog(first);
  const request = { offset: out.request(at(1), 'x'), timeMs: at(1), exchangeId: 'x' };
  out.production(at(1.1), 'x', 'approved');
  out.shadow(at(1.2), request);
  pass(out, 6);
  out.recovery(at(7), request, 'approved');
  pass(out, 80);
  const comparison = { kind: 'class', label: '/nothing' } as const;
  const divergence = await divergenceOf(withRevision(first, at(5), { comparison }), out);
  assert.deepEqual(
    divergence.filter(whole).map(({ windowStart, window: { corrections } }) => {
      return [(windowStart - runStart) / 1_000, corrections.compared, corrections.agreed];
    }),
    [
      [0, 0, 0],
      [5, 1, 1],
    ],
  );
  // What it corrects is not in sums that began anew.
  const last = divergence.findLast(whole);
  assert.deepEqual([last?.running.since, last?.running.sums.corrections.compared], [at(5), 0]);
});

interface Opened {
  readonly task: JoinTask;
  /** Feeds what the task takes. Resolves to the number of records. */
  readonly feed: (log: MemoryLog) => Promise<number>;
  /** The parts of windows that close, and their revisions by the header. */
  readonly close: () => Promise<readonly (readonly [part: WindowPart, revision: number | null])[]>;
}

/** A join of one partition, begun at a window. */
function open(lane: ComparatorLane, start: number, partition = 0, log: MemoryLog): Opened {
  const state = { start, judgement: 0, buried: {} };
  const task = new JoinTask({ lane, partition, state, processed: new Map(), lookup: memoryLookup(log) });
  const next = new Map([
    [requests, log.offsetAtTime(requests, partition, start)],
    [productionResponses, log.offsetAtTime(productionResponses, partition, start - 10_000)],
    [shadowResponses, log.offsetAtTime(shadowResponses, partition, start - 10_000)],
  ]);
  return {
    task,
    feed: async () => {
      let fed = 0;
      for (let took = true; took;) {
        took = false;
        for (const [topic, offset] of next) {
          const record = log.next(topic, partition, offset);
          if (record === undefined || task.appetite(topic, record) !== 'now') continue;
          await task.accept(record);
          next.set(topic, record.offset + 1);
          took = true;
          fed += 1;
        }
      }
      return fed;
    },
    close: async () => {
      const parts: (readonly [WindowPart, number | null])[] = [];
      for (const { topic, value, headers = {} } of task.output()?.records ?? []) {
        if (topic !== windowParts || value === null) continue;
        parts.push([await lane.codecs.decode('window-part', value), revisionOf(headers)]);
      }
      return parts.filter(([{ segments }]) => segments.length > 0);
    },
  };
}

const verdict = { ...experiment.verdict, confidence: 0.9 };

test('a restart on either side of the boundary closes the same windows', async () => {
  const lane = withRevision(first, at(5), { verdict });
  const out = fourExchanges();
  const told = async (start: number): Promise<string[]> => {
    const opened = open(lane, start, 0, out.log);
    await opened.feed(out.log);
    const parts = await opened.close();
    return parts.map(
      ([part, revision]) =>
        `${(part.windowStart - runStart) / 1_000} s ${part.configHash} ${revision} ${part.digest}`,
    );
  };
  const all = await told(at(0));
  assert.equal(all.length, 2);
  assert.match(all[0] ?? '', /^0 s hash 1 /);
  assert.match(all[1] ?? '', /^5 s hash 2 2 /);
  assert.deepEqual(await told(at(5)), all.slice(1));
});

/**
 * requests of both partitions   1 s   4.999 s   5 s   9 s   (tick) 80 s
 *
 * The revision that holds from 5 s on is recorded when one partition's task is at 80 s by the log already, as far as it may go,
 * and the other's has not begun. Each is in a process of its own.
 */
test('tasks that are minutes apart judge a window by the same revision', async () => {
  const [fast, slow] = [fourExchanges(), fourExchanges()];
  const followed = new GrowingTimeline(first.ready.timeline.newest);
  const lane = withTimeline(first, followed);
  followed.know(at(5));
  const ahead = open(lane, at(0), 0, fast.log);
  await ahead.feed(fast.log);
  const before = await ahead.close();
  assert.equal(await ahead.feed(fast.log), 0, 'it waits');
  const next = revised(first, at(5), { verdict }).newest;
  followed.add(next);
  followed.know(at(90));
  await ahead.feed(fast.log);
  const parts = [...before, ...(await ahead.close())];

  const late = open(withRevision(first, at(5), { verdict }), at(0), 0, slow.log);
  await late.feed(slow.log);
  assert.deepEqual(parts, await late.close());
  assert.deepEqual(
    parts.map(([{ configHash }]) => configHash),
    ['hash', 'hash 2'],
  );
});

/**
 * requests   r0 (1 s)   r1 (4.999 s)   r2 (5 s)
 *
 * Known until 3 s: r1 is not taken. Known until 5 s: r2 is not, but the first window closes, for r1 is before all that is unknown.
 */
test('nothing is taken, and no window closed, at a time whose revision is not known yet', async () => {
  const timeline = new GrowingTimeline(first.ready.timeline.newest);
  const lane = withTimeline(first, timeline);
  const out = fourExchanges();
  const opened = open(lane, at(0), 0, out.log);
  assert.equal(opened.task.appetite(requests, out.log.read(requests, 0)[0] ?? null), 'later');
  timeline.know(at(3));
  await opened.feed(out.log);
  assert.deepEqual(await opened.close(), []);
  timeline.know(at(5));
  await opened.feed(out.log);
  timeline.know(at(9));
  await opened.feed(out.log);
  assert.deepEqual(
    (await opened.close()).map(([{ windowStart }]) => windowStart),
    [at(0)],
  );
  timeline.know(at(100));
  await opened.feed(out.log);
  assert.deepEqual(
    (await opened.close()).map(([{ windowStart }]) => windowStart),
    [at(5)],
  );
});

/** The frontier stands at 10 s, as after the end of a run; nothing was asked since 4 s. */
test('an empty window, too, waits until its revision is known', async () => {
  const timeline = new GrowingTimeline(first.ready.timeline.newest);
  timeline.know(at(7));
  const out = new LaneLog(first);
  exchange(out, 4, 'approved');
  out.progress(at(10), 0, at(10));
  const opened = open(withTimeline(first, timeline), at(0), 0, out.log);
  await opened.feed(out.log);
  const closed = (): readonly number[] =>
    (opened.task.output()?.positions ?? []).map(({ metadata }) => (JSON.parse(metadata) as JoinState).start);
  assert.deepEqual(new Set(closed()), new Set([at(5)]));
  timeline.know(at(10));
  assert.deepEqual(new Set(closed()), new Set([at(10)]));
});

/** The parts of both windows come from a process that has read about the revision at 5 s; this one has not. */
test('a merge waits for what the joins knew', async () => {
  const out = fourExchanges();
  const published = withRevision(first, at(5), { verdict });
  const joined = open(published, at(0), 0, out.log);
  await joined.feed(out.log);
  const parts = joined.task.output()?.records.filter(({ topic }) => topic === windowParts) ?? [];

  const timeline = new GrowingTimeline(first.ready.timeline.newest);
  timeline.know(at(5));
  const lane = withTimeline(first, timeline);
  const merge = new MergeTask({
    lane,
    settingsAt: testSettings(lane),
    time: new LaneTime(runStart),
    onPublished: () => undefined,
    state: { next: runStart, last: null, lost: null, judgement: 0, silence: null },
    processed: 0,
    divergenceFrom: 0,
  });
  for (const [offset, { topic, partition, key, value, headers = {} }] of parts.entries()) {
    const named = key === null ? null : Buffer.from(key);
    await merge.accept({ topic, partition, offset, timestampMs: at(80), key: named, value, headers });
  }
  const merged = await mergedBy(merge);
  timeline.add(revised(first, at(5), { verdict }).newest);
  timeline.know(at(90));
  assert.deepEqual(
    [merged, await mergedBy(merge)],
    [['0 s hash 1'], ['5 s hash 2 2']],
    'neither window is mixed',
  );
});

async function mergedBy(merge: MergeTask): Promise<readonly string[]> {
  const told: string[] = [];
  for (const { topic, value, headers = {} } of merge.output()?.records ?? []) {
    if (topic !== first.topics.divergence || value === null) continue;
    const { windowStart, configHash, segment } = await first.codecs.decode('divergence', value);
    if (segment !== null) continue;
    told.push(
      `${(windowStart - runStart) / 1_000} s ${configHash ?? 'mixed'} ${revisionOf(headers) ?? 'none'}`,
    );
  }
  return told;
}
