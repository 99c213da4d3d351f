/**
 * What a sceptic would try, on whole windows: parts, merge, running sums that every window reads back, verdict, alerts. Seeds
 * are fixed; what is expected holds for all but a few of them.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ExperimentConfig, VerdictConfig } from '@understudy/config';
import type { Segment } from '@understudy/schemas-avro';
import { Random } from '@understudy/streams/testing';
import { laneWatch } from '../src/alerts/watch-lane.ts';
import type { FindingsSettings } from '../src/findings-settings.ts';
import { type JudgedRequest, KeyedLane } from './keyed-lane.ts';
import { runStart, testLane } from './lane-log.ts';
import { testSettings } from './published-lane.ts';

const hour = 3_600_000;
const day = 24 * hour;
/** Midnight before a Monday. */
const monday = Date.UTC(2026, 5, 1);

/** Settings of an experiment whose windows are as wide as a test likes, so that thirty days are not a quarter of a million. */
function settings(
  windowMs: number,
  verdict: Partial<VerdictConfig> = {},
  change: Partial<ExperimentConfig> = {},
): FindingsSettings {
  const base = testSettings(testLane())(runStart);
  const experiment = {
    ...base.experiment,
    windowMs,
    segments: [],
    ...change,
    verdict: {
      agreement: { margin: 0.95 },
      confidence: 0.95,
      latency: { p95Ms: 'off' as const, p99Ratio: 'off' as const, floorMs: 50 },
      errors: { max: 'off' as const },
      duration: { minMs: 'off' as const, closed: [] },
      ...verdict,
    },
  };
  const alerts = { falseAlarmsMs: 730 * day, link: null };
  return { ...base, experiment, runStart: monday, watch: laneWatch('l', experiment, alerts) };
}

/** So many requests, each with a key of its own. */
function requests(
  random: Random,
  count: number,
  of: (n: number) => Omit<JudgedRequest, 'key'>,
): JudgedRequest[] {
  return Array.from({ length: count }, (_, n) => ({ key: Math.floor(random.next() * 2 ** 32), ...of(n) }));
}

test('(i) 7 of 10 points a hundred times worse are no pass, and 700 of 1,000 are a fail', () => {
  const outcome = (agreed: number, compared: number): string => {
    const lane = new KeyedLane(settings(60_000));
    lane.window(
      monday,
      requests(new Random(1), compared, (n) => ({ agreed: n < agreed })),
    );
    return lane.verdict.verdict;
  };
  assert.notEqual(outcome(3, 10), 'pass', 'seven of ten are worse');
  assert.equal(outcome(7, 10), 'inconclusive', 'three of ten are');
  assert.equal(outcome(300, 1_000), 'fail', 'seven hundred of a thousand are worse');
  assert.equal(outcome(700, 1_000), 'fail', 'seven hundred of a thousand are not');
});

test('ten requests of a session are one trial: 40 good sessions pass nothing that 400 good requests would', () => {
  const verdictOf = (keyOf: (n: number) => number): string => {
    const lane = new KeyedLane(settings(60_000));
    for (let minute = 0; minute < 10; minute += 1)
      lane.window(
        monday + minute * 60_000,
        Array.from({ length: 40 }, (_, n) => ({ key: keyOf(minute * 40 + n) })),
        2,
      );
    return lane.verdict.verdict;
  };
  assert.equal(
    verdictOf((n) => n * 7919),
    'pass',
  );
  assert.equal(
    verdictOf((n) => (n % 40) * 7919),
    'inconclusive',
  );
});

test('(iv) 2% of answers missing from one segment turn a pass inconclusive and name it; 2% missing anywhere name none', () => {
  const countries = ['at', 'ch', 'de', 'fr', 'it'];
  const segments = [{ name: 'country', field: '/country', values: countries, margin: 0.9 }];
  const run = (isMissing: (random: Random, country: string) => boolean) => {
    const lane = new KeyedLane(settings(60_000, {}, { segments }));
    const random = new Random(4);
    const judged = requests(random, 5_000, (n) => {
      const country = countries[n % 5] ?? 'at';
      const segment: Segment = { field: 'country', value: country };
      return isMissing(random, country)
        ? { notCompared: 'shadow-shed', segments: [segment] }
        : { agreed: random.chance(0.995), segments: [segment] };
    });
    for (let n = 0; n < 50; n += 1) lane.window(monday + n * 60_000, judged.slice(n * 100, n * 100 + 100), 4);
    const reason = lane.verdict.criteria.find(({ name }) => name === 'segments')?.reason ?? '';
    return {
      verdict: lane.verdict.verdict,
      reason,
      missing: 5_000 - lane.record.running.sums.ledger.compared,
    };
  };
  const none = run(() => false);
  assert.deepEqual([none.verdict, none.missing], ['pass', 0]);
  const anywhere = run((random) => random.chance(0.02));
  assert.equal(anywhere.verdict, 'pass');
  assert.doesNotMatch(anywhere.reason, /country = /);
  const oneSegment = run((random, country) => country === 'ch' && random.chance(0.1));
  assert.ok(
    oneSegment.missing < anywhere.missing * 1.2,
    `${oneSegment.missing} and ${anywhere.missing} are missing`,
  );
  assert.equal(oneSegment.verdict, 'inconclusive');
  assert.match(oneSegment.reason, /^agreement of country = ch is between .*\(of \d+\.\d% it is not known\)$/);
});

test('(vi) 3,000 clean pairs don’t pass 99.9% at any look; 13,000 do', () => {
  const lane = new KeyedLane(settings(hour, { agreement: { margin: 0.999 } }));
  const random = new Random(6);
  const passed: number[] = [];
  for (let n = 0; n < 130; n += 1) {
    lane.window(
      monday + n * hour,
      requests(random, 100, () => ({})),
      4,
    );
    if (lane.verdict.verdict === 'pass') passed.push((n + 1) * 100);
  }
  const [first] = passed;
  assert.equal(first, 12_500, 'as (n + 1) 0.999^-n > 20 does for n = 12,417');
});

test('(vii) thirty good days and one at 80%: a pass before it, none from its end on, and an alert', () => {
  const lane = new KeyedLane(
    settings(hour, {
      errors: { max: 0.001 },
      latency: { p95Ms: 100, p99Ratio: 2, floorMs: 50 },
      duration: { minMs: 7 * day, closed: [] },
    }),
  );
  const random = new Random(7);
  const runDay = (n: number, agreement: number): string => {
    for (let of = 0; of < 24; of += 1)
      lane.window(
        monday + n * day + of * hour,
        requests(random, 100, () => ({ agreed: random.chance(agreement) })),
        2,
      );
    return lane.verdict.verdict;
  };
  const verdicts = Array.from({ length: 30 }, (_, n) => runDay(n, 0.995));
  assert.equal(verdicts.indexOf('pass') > 5, true, 'not before a week is over');
  assert.equal(verdicts.at(-1), 'pass');
  assert.equal(lane.alerts.length, 0);
  assert.equal(runDay(30, 0.8), 'inconclusive');
  assert.ok((lane.record.running.agreement.lower ?? 0) > 0.95, 'on average it would still pass');
  assert.equal(lane.outcomeOf('recent'), 'inconclusive');
  assert.deepEqual(
    lane.alerts.map(({ rule, state }) => `${rule} ${state}`),
    ['divergence-high firing'],
  );
});
