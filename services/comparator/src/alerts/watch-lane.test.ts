import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Alert, RuleState, SegmentSums } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import { Sums } from '../sums.ts';
import { noOutcomes, type Outcomes } from '../units/outcomes.ts';
import { alertIdentity } from './alert-record.ts';
import { countRules } from './count-rules.ts';
import { rateRules } from './rate-rules.ts';
import { type LaneWatch, watchWindow } from './watch-lane.ts';

type Alerts = Parameters<typeof rateRules>[0];

const windowMs = 10_000;
const day = 86_400_000;
const defaults: Alerts = {
  divergence: { max: 0.05, min: 'off' },
  errors: { max: 0.05 },
  latency: { p95Ratio: 2, floorMs: 50, p95Ms: 'off' },
  silent: { windows: 3 },
  resolveAfter: 3,
};

function watchFor(config: Partial<Alerts> = {}): LaneWatch {
  const alerts = { ...defaults, ...config };
  const alarmAt = Math.log1p((30 * day) / windowMs);
  const rules = [...rateRules(alerts, alarmAt), ...countRules(alerts)];
  return { lane: 'l.s.live', rules, resolveAfter: alerts.resolveAfter, link: 'http://console/#l.s.live' };
}

interface Seen {
  readonly compared?: number;
  readonly agreed?: number;
  readonly notCompared?: Readonly<Record<string, number>>;
  /** More sampled than there are books for. */
  readonly lost?: number;
  /** Recoveries with an answer, and how many of them are compared; they are the window's own deferred ones. */
  readonly recovered?: { readonly answered: number; readonly compared: number };
  readonly productionMs?: number;
  readonly shadowMs?: number;
}

function sums(seen: Seen): SegmentSums {
  const { compared = 100, agreed = compared, notCompared = {}, lost = 0 } = seen;
  const sampled = compared + Object.values(notCompared).reduce((a, b) => a + b, 0) + lost;
  const latency = (ms: number): SegmentSums['shadowLatency'] => {
    const sketch = new QuantileSketch();
    for (let n = 0; n < compared; n += 1) sketch.add(ms);
    return sketch.toBins();
  };
  const { recovered = { answered: 0, compared: 0 } } = seen;
  const none = new Sums().toRecord(null);
  return {
    ...none,
    ledger: { sampled, compared, notCompared },
    agreed,
    recovered: { answered: recovered.answered },
    corrections: { ...none.corrections, compared: recovered.compared },
    productionLatency: latency(seen.productionMs ?? 10),
    shadowLatency: latency(seen.shadowMs ?? 20),
  };
}

/** Every request with a key of its own. */
function fresh({ ledger, agreed }: SegmentSums): readonly Outcomes[] {
  return Array.from({ length: ledger.compared }, (_, n) => ({
    ...noOutcomes,
    compared: 1,
    agreed: n < agreed ? 1 : 0,
  }));
}

/** Lets windows of 10 s go by, from 0 on; returns what began and ended, as `rule state@window`, and the last states. */
function watching(watch: LaneWatch, windows: readonly Seen[], before: readonly RuleState[] = []) {
  let states = before;
  const alerts: Alert[] = [];
  windows.forEach((seen, n) => {
    const windowStart = n * windowMs;
    const found = sums(seen);
    const facts = {
      windowStart,
      windowEnd: windowStart + windowMs,
      sums: found,
      running: found,
      fresh: fresh(found),
    };
    const watched = watchWindow(watch, states, facts);
    states = watched.states;
    alerts.push(...watched.alerts);
  });
  const lines = alerts.map(({ rule, state, windowStart }) => `${rule} ${state}@${windowStart / windowMs}`);
  return { lines, alerts, states };
}

function times(count: number, seen: Seen): readonly Seen[] {
  return Array.from({ length: count }, () => seen);
}

test('a lane in order raises nothing', () => {
  assert.deepEqual(watching(watchFor(), times(1000, { agreed: 96 })).lines, []);
});

test('divergence: fires when the evidence is there, resolves when it is gone for three windows', () => {
  const bad = times(4, { agreed: 70 });
  const { lines, alerts } = watching(watchFor(), [...times(5, {}), ...bad, ...times(9, {})]);
  assert.equal(lines.length, 2);
  assert.match(lines[0] ?? '', /^divergence-high firing@[56]$/); // 30% of 100, where 5% are in order
  assert.match(lines[1] ?? '', /^divergence-high resolved@1[1-3]$/); // good from window 9 on, and three of them
  const [firing, resolved] = alerts;
  assert.equal(firing?.identity, resolved?.identity);
  assert.equal(firing?.identity, alertIdentity('l.s.live', 'divergence-high', firing?.windowStart ?? 0));
  assert.equal(firing?.reason, '30.0% of 100 keys are answered differently; up to 5.0% are in order');
  assert.equal(firing?.link, 'http://console/#l.s.live');
  const evidence = JSON.parse(firing?.evidence ?? '{}') as Record<string, number>;
  assert.partialDeepStrictEqual(evidence, { events: 30, trials: 100, rate: 0.3, limit: 0.05 });
  assert.equal(evidence['windowEnd'], (firing?.windowStart ?? 0) + windowMs);
});

test('one bad window of a few requests is chance, and says nothing', () => {
  assert.deepEqual(
    watching(watchFor(), [{ compared: 5, agreed: 3 }, ...times(20, { compared: 5 })]).lines,
    [],
  );
});

test('an alert lasts through windows that look good by chance', () => {
  const mostlyBad = Array.from({ length: 40 }, (_, n) => ({ compared: 5, agreed: n % 4 === 0 ? 5 : 3 }));
  const { lines } = watching(watchFor({ resolveAfter: 1 }), mostlyBad);
  assert.equal(lines.length, 1, lines.join());
});

test('a window in which nothing was compared neither ends nor prolongs an alert', () => {
  const nothing = { compared: 0, notCompared: { 'missing-production-response': 5 } };
  const firing = watching(watchFor(), times(4, { agreed: 50 }));
  assert.deepEqual(firing.lines, ['divergence-high firing@0']);
  const later = watching(watchFor(), times(50, nothing), firing.states);
  assert.deepEqual(later.lines, []);
  assert.deepEqual(later.states, firing.states);
});

test('divergence too low: a shadow that never differs where some difference is expected', () => {
  const watch = watchFor({ divergence: { max: 'off', min: 0.02 } });
  assert.match(watching(watch, times(30, {})).lines.join(), /^divergence-low firing@\d+$/);
  assert.deepEqual(watching(watch, times(30, { agreed: 97 })).lines, []);
});

test('failures are a rule of their own, not divergence', () => {
  const failing = { compared: 60, notCompared: { 'shadow-failed': 20, 'shadow-timed-out': 20 } };
  assert.deepEqual(watching(watchFor(), times(10, failing)).lines, ['shadow-errors firing@0']);
});

test('what production failed says nothing of the shadow', () => {
  const production = { compared: 20, notCompared: { 'production-failed': 80 } };
  assert.deepEqual(watching(watchFor(), times(10, production)).lines, []);
});

test('latency: slow against production, but not below the floor', () => {
  assert.deepEqual(watching(watchFor(), times(3, { productionMs: 40, shadowMs: 200 })).lines, [
    'shadow-latency firing@0',
  ]);
  assert.deepEqual(watching(watchFor(), times(9, { productionMs: 1, shadowMs: 45 })).lines, []);
  const absolute = watchFor({ latency: { p95Ratio: 2, floorMs: 50, p95Ms: 150 } });
  assert.deepEqual(watching(absolute, times(9, { productionMs: 1, shadowMs: 140 })).lines, []);
  assert.equal(watching(absolute, times(9, { productionMs: 900, shadowMs: 160 })).lines.length, 1);
});

test('silent: three windows in a row without an answer, resolved after three with one', () => {
  const silent = { compared: 0, notCompared: { 'shadow-skipped': 10 } };
  const { lines } = watching(watchFor(), [
    silent,
    silent,
    {},
    silent,
    silent,
    silent,
    silent,
    {},
    {},
    {},
    {},
  ]);
  assert.deepEqual(lines, ['shadow-silent firing@5', 'shadow-silent resolved@9']);
});

test('a lane that nobody asks is not silent', () => {
  const unknown = { compared: 0, notCompared: { 'production-failed': 3, 'request-unreadable': 1 } };
  assert.deepEqual(watching(watchFor(), times(10, unknown)).lines, []);
});

test('a request missing from the ledger fires at once', () => {
  const { lines, alerts } = watching(watchFor(), [{ lost: 1 }, {}, {}, {}]);
  assert.deepEqual(lines, ['ledger firing@0', 'ledger resolved@3']);
  assert.equal(alerts[0]?.reason, '101 sampled, and 100 compared + 0 with a reason');
});

test('what was deferred and is compared later stays in balance', () => {
  const deferred = { notCompared: { 'shadow-deferred': 2 } };
  assert.deepEqual(
    watching(watchFor(), [{ ...deferred, recovered: { answered: 2, compared: 2 } }]).lines,
    [],
  );
});

test('more recoveries judged than were answered, or corrected than were deferred, fires at once', () => {
  const twice = { notCompared: { 'shadow-deferred': 2 }, recovered: { answered: 1, compared: 2 } };
  const strange = { notCompared: { 'shadow-deferred': 1 }, recovered: { answered: 2, compared: 2 } };
  for (const [seen, reason] of [
    [twice, '1 answered later, and 2 of them judged'],
    [
      strange,
      'since the run began 101 sampled, and 100 compared + 1 with a reason; 1 deferred, and 2 of them corrected',
    ],
  ] as const) {
    const { lines, alerts } = watching(watchFor(), [seen]);
    assert.deepEqual(lines, ['ledger firing@0']);
    assert.equal(alerts[0]?.reason, reason);
  }
});

test('evidence against another limit is none against this one', () => {
  const { states } = watching(watchFor({ divergence: { max: 0.02, min: 'off' } }), times(3, { agreed: 96 }));
  assert.ok((states[0]?.evidence ?? 0) > 0.5);
  const { evidence } = watching(watchFor(), [{ compared: 0 }], states).states[0] ?? {};
  assert.equal(evidence, 0);
});

test('an alert whose rule is switched off is resolved', () => {
  const firing = watching(watchFor(), times(2, { agreed: 50 }));
  const off = watching(watchFor({ divergence: { max: 'off', min: 'off' } }), times(2, {}), firing.states);
  assert.deepEqual(off.lines, ['divergence-high resolved@0']);
  assert.equal(off.alerts[0]?.identity, firing.alerts[0]?.identity);
  assert.equal(off.alerts[0]?.reason, 'the rule was switched off');
});
