/** `verify` without a broker: windows computed again from a log in memory, after a comparator has published them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { constantTimeline, firstRevision } from '@understudy/streams';
import type { MemoryLog } from '@understudy/streams/testing';
import type { FindingsSettings } from '../src/findings-settings.ts';
import { selectWindows, type Wanted } from '../src/verify/select-windows.ts';
import { comparingCodecs } from '../src/verify/comparing-codecs.ts';
import { type VerifySetup, verifySteps, type WindowReport } from '../src/verify/verify-steps.ts';
import { LaneLog, nervousWatch, runStart, testLane, windowMs, withTimeline } from './lane-log.ts';
import { memoryWindowLog, publishedLane, testSettings } from './published-lane.ts';

const lane = testLane();
const { topics } = lane;
const everything: Wanted = { kind: 'range', from: runStart, to: runStart + 40 * windowMs };

/**
 * times of requests, from the run's start    0 s   1 s   2 s   ...   9 s        28 s   ...   31 s      120 s (a tick)
 * windows of 5 s                             0           ...   1    (2 to 4 are empty)   5   6
 *
 * Every third answer differs; every fifth request has no production response, so its window waits for the deadline.
 */
const seconds = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 28, 29, 30, 31];

interface Changes {
  /** A response of production to this request, which has none, comes last of all, at 32 s. */
  readonly answered?: number;
  /** Nothing of this request is in the log. */
  readonly without?: number;
}

function written({ answered, without }: Changes = {}): LaneLog {
  const out = new LaneLog(lane);
  for (const [i, second] of seconds.entries()) {
    if (i === without) continue;
    const timeMs = runStart + second * 1_000;
    const exchangeId = `x${i}`;
    const offset = out.request(timeMs, exchangeId, { body: { self_employed: i % 2 === 0 ? 'yes' : 'no' } });
    out.shadow(timeMs + 50, { offset, timeMs, exchangeId }, i % 3 === 0 ? 'denied' : 'approved');
    if (i % 5 !== 0) out.production(timeMs + 20, exchangeId, 'approved');
  }
  if (answered !== undefined) out.production(runStart + 32_000, `x${answered}`, 'approved');
  const endMs = runStart + 120_000;
  out.raw(topics.productionResponses, endMs, null);
  out.progress(endMs, out.raw(topics.requests, endMs, null), endMs);
  return out;
}

function setupOf(
  log: MemoryLog,
  options: { deleted?: ReadonlyMap<string, number>; settings?: Partial<FindingsSettings> } = {},
): VerifySetup {
  return {
    log: memoryWindowLog(log, options.deleted),
    lane: { ...lane, codecs: comparingCodecs(lane.codecs) },
    settingsAt: (windowStart) => ({ ...testSettings(lane)(windowStart), ...options.settings }),
  };
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

async function verify(setup: VerifySetup, wanted = everything): Promise<readonly WindowReport[]> {
  const steps = await selectWindows(setup.log, setup.lane, wanted);
  return all(verifySteps(setup, steps));
}

async function verifyGap(
  setup: VerifySetup,
  gap: { readonly from: number; readonly to: number },
): Promise<WindowReport> {
  const [report] = await all(verifySteps(setup, [{ kind: 'gap', ...gap }]));
  return report ?? assert.fail('no report');
}

function outcomes(reports: readonly WindowReport[]): string[] {
  return reports.map(({ windowStart, outcome }) => `${(windowStart - runStart) / windowMs} ${outcome}`);
}

/** Inputs of one log, and what was published of another. */
function mixed(inputs: LaneLog, published: MemoryLog): MemoryLog {
  const { log } = inputs;
  for (const topic of [topics.comparisons, topics.divergence]) {
    for (const record of published.read(topic, topic === topics.divergence ? lane.lanePartition : 0)) {
      log.append(record, record.timestampMs);
    }
  }
  return log;
}

test('windows that were published of this log are the same, each with what was compared; so are those of which nothing was', async () => {
  const reports = await verify(setupOf(await publishedLane(lane, written())));
  assert.deepEqual(outcomes(reports), ['0 same', '1 same', '2 same', '5 same', '6 same']);
  const [first, , gap] = reports;
  assert.ok(first?.outcome === 'same' && gap?.outcome === 'same');
  assert.deepEqual([first.requests, first.pairs], [5, 4]);
  assert.ok(first.bytes > 500, `${first.bytes} bytes`);
  assert.deepEqual([gap.windowEnd - gap.windowStart, gap.requests, gap.bytes], [3 * windowMs, 0, 0]);
});

test('one window alone, and the newest ones', async () => {
  const setup = setupOf(await publishedLane(lane, written()));
  const second = await verify(setup, { kind: 'window', start: runStart + windowMs });
  assert.deepEqual(outcomes(second), ['1 same']);
  assert.deepEqual(outcomes(await verify(setup, { kind: 'window', start: runStart + 3 * windowMs })), [
    '3 same',
  ]);
  assert.deepEqual(outcomes(await verify(setup, { kind: 'last', count: 2 })), ['5 same', '6 same']);
  assert.deepEqual(await verify(setup, { kind: 'window', start: runStart + 7 * windowMs }), []);
});

/** x5 (5 s) had no production response when its window was published; now one is in the log. */
test('a pair that is there and was not is named, with every field that it changes', async () => {
  const published = await publishedLane(lane, written());
  const reports = await verify(setupOf(mixed(written({ answered: 5 }), published)));
  assert.deepEqual(outcomes(reports), ['0 same', '1 differs', '2 same', '5 same', '6 same']);
  const report = reports[1];
  assert.ok(report?.outcome === 'differs');
  const told = report.differences.map(
    ({ field, published: was, computed }) => `${field}: ${was} ${computed}`,
  );
  for (const expected of [
    'window.ledger.compared: 4 5',
    'window.ledger.notCompared.missing-production-response: 1 null',
    'pairs[x5]: null agreeing',
  ])
    assert.ok(told.includes(expected), told.join('\n'));
});

test('a request that is gone changes the digest, and its window says so', async () => {
  const published = await publishedLane(lane, written());
  const [, report] = await verify(setupOf(mixed(written({ without: 6 }), published)));
  assert.ok(report?.outcome === 'differs');
  assert.match(report.causes.join(), /the set of requests that were sampled is another one/);
});

test('another config is named; another version alone is no difference', async () => {
  const log = await publishedLane(lane, written());
  const [first] = await verify(setupOf(log, { settings: { configHash: 'other' } }));
  assert.ok(first?.outcome === 'differs');
  assert.match(first.causes.join(), /judged under the config hash, and the revision in force then is other/);
  const [same] = await verify(setupOf(log, { settings: { comparatorVersion: 'newer' } }));
  assert.ok(same?.outcome === 'same');
  assert.equal(same.otherVersion, 'test');
});

/** The third disagreeing pair of the first window has no record of its own any more, and the rules are other ones. */
test('other settings that judge nothing are named where they make a difference, and are none by themselves', async () => {
  const log = await publishedLane(lane, written());
  const withKeep = (divergingPairs: number): VerifySetup => {
    const experiment = {
      ...lane.ready.timeline.newest.experiment,
      keep: { divergingPairs, bodyBytes: 4_096 },
    };
    const timeline = constantTimeline({ ...firstRevision(experiment), configHash: 'hash' });
    const setup = setupOf(log, { settings: { experiment } });
    return { ...setup, lane: withTimeline(setup.lane, timeline) };
  };
  assert.deepEqual([...new Set((await verify(withKeep(4))).map(({ outcome }) => outcome))], ['same']);
  const [kept] = await verify(withKeep(0));
  assert.ok(kept?.outcome === 'differs');
  assert.match(kept.causes.join(), /keep of the config had the hash [0-9a-f]{16}, and has [0-9a-f]{16} here/);
  const [same] = await verify(setupOf(log, { settings: { alertsHash: 'other' } }));
  assert.equal(same?.outcome, 'same');
  const watch = { ...nervousWatch(lane, lane.ready.timeline.newest.experiment), rules: [] };
  const [, alerted] = await verify(setupOf(log, { settings: { watch, alertsHash: 'other' } }));
  assert.ok(alerted?.outcome === 'differs');
  assert.match(
    alerted.causes.join(),
    /^alerts were set otherwise: their settings had the hash alerts, and have other here$/,
  );
});

test('what was deleted is named, from which offset on: then nothing can be told', async () => {
  const log = await publishedLane(lane, written());
  const reports = await verify(setupOf(log, { deleted: new Map([[topics.requests, 7]]) }));
  assert.deepEqual(outcomes(reports), ['0 untellable', '1 untellable', '2 same', '5 same', '6 same']);
  const [first] = reports;
  assert.ok(first?.outcome === 'untellable');
  assert.match(first.reason, /requests\/0 begins at offset 7, its receipt at 0/);
});

/** All windows were judged twice; the first time, comparisons of the second window were other ones. */
test('of windows that were judged again, the newest judgement counts, and goes on from the newest of the window before', async () => {
  const published = await publishedLane(lane, written());
  const twice = written();
  const first = published.read(topics.comparisons, 0);
  const both = [...first.slice(0, 2), ...first.slice(1, 2), ...first.slice(2)];
  for (const record of [...both, ...published.read(topics.divergence, lane.lanePartition)]) {
    twice.log.append(record, record.timestampMs);
  }
  const later = runStart + 200_000;
  for (const record of [...first, ...published.read(topics.divergence, lane.lanePartition)]) {
    twice.log.append({ ...record, headers: { ...record.headers, 'understudy-judgement': '1' } }, later);
  }
  assert.deepEqual(outcomes(await verify(setupOf(twice.log))), [
    '0 same',
    '1 same',
    '2 same',
    '5 same',
    '6 same',
  ]);
});

test('where requests may have been deleted, nothing can be told of windows without any', async () => {
  const log = await publishedLane(lane, written());
  const gap = { from: runStart + 2 * windowMs, to: runStart + 5 * windowMs };
  const whole = setupOf(log, { deleted: new Map([[topics.requests, 9]]) });
  assert.equal((await verifyGap(whole, gap)).outcome, 'same');
  const report = await verifyGap(setupOf(log, { deleted: new Map([[topics.requests, 10]]) }), gap);
  assert.ok(report.outcome === 'untellable');
  assert.match(report.reason, /may have been deleted: .*requests\/0 begins at offset 10/);
});

/** Every field is the same: the two records of the first window's pairs have changed places. */
test('the order of records is part of what was published', async () => {
  const published = await publishedLane(lane, written());
  const [one, two, ...others] = published.read(topics.comparisons, 0);
  assert.ok(one && two);
  const swapped = written();
  for (const record of [two, one, ...others, ...published.read(topics.divergence, lane.lanePartition)]) {
    swapped.log.append(record, record.timestampMs);
  }
  const [first, second] = await verify(setupOf(swapped.log));
  assert.equal(second?.outcome, 'same');
  assert.ok(first?.outcome === 'differs');
  assert.deepEqual(
    first.differences.map(({ field }) => field),
    ['comparisons of partition 0'],
  );
});

/**
 * requests           r0 (deferred)   r1        r2 (second window)           tick (third window)
 * shadow responses   deferred        first     first          answered r0   progress
 */
test('a correction is computed again with its window; nothing can be told where its pair was deleted', async () => {
  const out = new LaneLog(lane);
  const [deferred] = [runStart, runStart + 1_000, runStart + windowMs].map((timeMs, n) => {
    const exchangeId = `x${n}`;
    const request = { offset: out.request(timeMs, exchangeId), timeMs, exchangeId };
    out.production(timeMs + 20, exchangeId, 'approved');
    out.shadow(timeMs + 50, request, n === 0 ? undefined : 'approved');
    return request;
  });
  assert.ok(deferred);
  out.recovery(runStart + windowMs + 500, deferred, 'denied');
  const endMs = runStart + 2 * windowMs;
  out.progress(endMs, out.raw(topics.requests, endMs, null), endMs);
  const log = await publishedLane(lane, out);
  const reports = await verify(setupOf(log));
  assert.deepEqual(outcomes(reports), ['0 same', '1 same']);
  assert.equal(reports[1]?.outcome === 'same' && reports[1].pairs, 2, 'the corrected pair is one of them');
  const [, later] = await verify(setupOf(log, { deleted: new Map([[topics.requests, 1]]) }));
  assert.ok(later?.outcome === 'untellable');
  assert.match(
    later.reason,
    /^pairs of recovered requests may have been deleted: .*requests\/0 begins at offset 1$/,
  );
});

test('without the window before, whose sums went into it, nothing can be told', async () => {
  const log = await publishedLane(lane, written());
  const records = log.read(topics.divergence, lane.lanePartition);
  const second = records.findIndex(({ timestampMs }) => timestampMs > runStart + windowMs + 100);
  const reports = await verify(setupOf(log, { deleted: new Map([[topics.divergence, second]]) }));
  const [, report] = reports;
  assert.ok(report?.outcome === 'untellable');
  assert.match(report.reason, /the window before it, which ended at 1970-01-01T00:16:45/);
});

test('a window of which nothing was published though something was sampled', async () => {
  const published = await publishedLane(lane, written());
  const report = await verifyGap(setupOf(published), {
    from: runStart + 2 * windowMs,
    to: runStart + 6 * windowMs,
  });
  assert.ok(report.outcome === 'differs');
  assert.match(report.causes.join(), /nothing was published of the window of 1970-01-01T00:17:05/);
});

test('a window that the log does not close yet', async () => {
  const log = await publishedLane(lane, written());
  const report = await verifyGap(setupOf(log), { from: runStart + 100_000, to: runStart + 200_000 });
  assert.ok(report.outcome === 'untellable');
  assert.match(report.reason, /the log of partition 0 ends before the window closes/);
});
