import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerdictConfig } from '@understudy/config';
import type { SegmentSums, UnitSums } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import { Sums } from '../sums.ts';
import { noUnits } from '../units/unit-sums.ts';
import type { VerdictFacts } from './facts.ts';
import { agreementOf, verdictOf } from './verdict.ts';

const hour = 3_600_000;
const day = 24 * hour;

const lenient: VerdictConfig = {
  agreement: { margin: 0.95 },
  confidence: 0.95,
  latency: { p95Ms: 'off', p99Ratio: 'off', floorMs: 50 },
  errors: { max: 'off' },
  duration: { minMs: 'off', closed: [] },
};

/** Units of one request each. */
function units(agreed: number, compared: number, of: { failed?: number; missing?: number } = {}): UnitSums {
  const { failed = 0, missing = 0 } = of;
  const all = compared + failed + missing;
  return { ...noUnits, units: all, agreed, missing, called: compared + failed, failed };
}

function facts({
  verdict,
  ...given
}: Partial<VerdictFacts> & { verdict?: Partial<VerdictConfig> } = {}): VerdictFacts {
  const of = given.units ?? units(1_990, 2_000);
  const sums = new Sums().toRecord(null);
  return {
    experiment: { verdict: { ...lenient, ...verdict } },
    units: of,
    recent: { today: of, yesterday: noUnits, week: of },
    segments: [],
    sums: { ...sums, ledger: { sampled: of.units, compared: of.units, notCompared: {} } },
    since: 0,
    windowEnd: 2 * hour,
    cells: 0,
    firing: [],
    ...given,
  };
}

function outcomes(given: Parameters<typeof facts>[0]): Record<string, string> {
  return Object.fromEntries(verdictOf(facts(given)).criteria.map(({ name, outcome }) => [name, outcome]));
}

function reasonOf(criterion: string, given: Parameters<typeof facts>[0]): string {
  return verdictOf(facts(given)).criteria.find(({ name }) => name === criterion)?.reason ?? '';
}

test('without data a lane is inconclusive, and its agreement undefined, not 0 or 1', () => {
  assert.deepEqual(agreementOf(noUnits, 0.95), { estimate: null, lower: null, upper: null });
  const { verdict, band, recommendation } = verdictOf(facts({ units: noUnits }));
  assert.deepEqual([verdict, band, recommendation?.action], ['inconclusive', null, 'keep-shadowing']);
});

test('few data are inconclusive, however good or bad they look: seven of ten is no pass, and 700 of 1,000 a fail', () => {
  const verdictFor = (agreed: number, compared: number): string =>
    verdictOf(facts({ units: units(agreed, compared) })).verdict;
  assert.equal(verdictFor(7, 7), 'inconclusive');
  assert.equal(verdictFor(7, 10), 'inconclusive');
  assert.equal(verdictFor(700, 1_000), 'fail');
  assert.equal(verdictFor(1_990, 2_000), 'pass');
});

test('the interval is the confidence sequence of what counts', () => {
  // B(k+1, n-k+1) / (p^k (1-p)^(n-k)) = 20 at both ends, for k = 95, n = 100; found by bisection.
  const { estimate, lower, upper } = agreementOf(units(95, 100), 0.95);
  assert.equal(estimate, 0.95);
  for (const p of [lower, upper]) {
    assert.ok(p !== null);
    const logBeta = logFactorial(95) + logFactorial(5) - logFactorial(101);
    assert.ok(Math.abs(logBeta - 95 * Math.log(p) - 5 * Math.log(1 - p) - Math.log(20)) < 1e-6);
  }
});

test('a shadow that fails the hard requests can not pass by answering the easy ones', () => {
  assert.equal(verdictOf(facts({ units: units(1_000, 1_000, { failed: 200 }) })).verdict, 'fail');
});

test('what is missing widens the bounds to both sides and decides nothing', () => {
  const missing = units(1_000, 1_000, { missing: 200 });
  const { verdict, needed } = verdictOf(facts({ units: missing }));
  assert.equal(verdict, 'inconclusive');
  assert.equal(needed?.reason, 'the share that is missing spans the margin, however many requests come');
  const { estimate, lower, upper } = agreementOf(missing, 0.95);
  assert.equal(estimate, 1);
  assert.ok(lower !== null && lower < 0.85);
  assert.ok(upper !== null && upper > 0.99);
});

test('a lane fails more reluctantly the more criteria there are that might fail it', () => {
  const bad = { units: units(921, 1_000) };
  assert.equal(outcomes(bad)['agreement'], 'fail');
  const more: Partial<VerdictConfig> = {
    errors: { max: 0.001 },
    latency: { p95Ms: 100, p99Ratio: 2, floorMs: 50 },
  };
  assert.equal(outcomes({ ...bad, verdict: more })['agreement'], 'inconclusive');
  assert.match(
    reasonOf('agreement', { ...bad, verdict: more }),
    /below 95\.0%, but not surely enough to fail$/,
  );
});

test('a ledger out of balance fails the lane', () => {
  const { sums } = facts();
  const broken = { ...sums, ledger: { sampled: 2_001, compared: 2_000, notCompared: {} } };
  const { verdict, balanced, recommendation } = verdictOf(facts({ sums: broken }));
  assert.deepEqual([verdict, balanced, recommendation?.action], ['fail', false, 'investigate']);
});

test('what is not asked for is listed as not judged, and holds nobody back', () => {
  const { verdict, criteria } = verdictOf(facts());
  assert.equal(verdict, 'pass');
  const open = criteria.filter(({ outcome }) => outcome === 'not_evaluated').map(({ name }) => name);
  assert.deepEqual(open, [
    'segments',
    'errors',
    'latency-p95',
    'latency-p99',
    'duration',
    'noise-floor',
    'labels',
  ]);
});

test('errors: under 0.1% takes 12,417 calls without one', () => {
  const errors = { errors: { max: 0.001 } };
  const [few, enough] = [12_416, 12_417].map(
    (calls) => outcomes({ units: units(calls, calls), verdict: errors })['errors'],
  );
  assert.deepEqual([few, enough], ['inconclusive', 'pass']);
  const failing = { units: units(900, 950, { failed: 50 }), verdict: errors };
  assert.equal(outcomes(failing)['errors'], 'fail');
  assert.match(reasonOf('errors', failing), /^of calls fail between 2\.\d% and 8\.\d%, above 0\.1%$/);
});

test('p95: the share of calls that were answered within it, and no failed one was', () => {
  const latency = { latency: { ...lenient.latency, p95Ms: 100 } };
  const inTime = { ...units(2_000, 2_000), inTime: 1_960 };
  assert.equal(outcomes({ units: inTime, verdict: latency })['latency-p95'], 'pass');
  assert.equal(outcomes({ units: { ...inTime, called: 2_200 }, verdict: latency })['latency-p95'], 'fail');
});

test('p99: against a multiple of production’s, by the bounds of both', () => {
  const latency = { latency: { ...lenient.latency, p99Ratio: 2 } };
  const outcome = (shadowMs: number, count = 5_000, timedOut = 0): string | undefined =>
    outcomes({ sums: latencies({ productionMs: 100, shadowMs, count, timedOut }), verdict: latency })[
      'latency-p99'
    ];
  assert.equal(outcome(150), 'pass');
  assert.equal(outcome(250), 'fail');
  assert.equal(outcome(200), 'inconclusive');
  assert.equal(outcome(150, 900), 'inconclusive', 'no upper bound under 984');
  assert.equal(outcome(150, 5_000, 100), 'inconclusive', 'timed-out calls have no upper bound');
});

test('p99: nobody is asked to be faster than the floor', () => {
  const sums = latencies({ productionMs: 1, shadowMs: 40, count: 5_000, timedOut: 0 });
  assert.equal(
    outcomes({ sums, verdict: { latency: { ...lenient.latency, p99Ratio: 2 } } })['latency-p99'],
    'pass',
  );
});

test('segments: all declared ones have to be above their own margins, and the pooled others are not judged', () => {
  const segment = (value: string, of: UnitSums, isDeclared = true) => ({
    segment: { field: 'age', value },
    margin: 0.9,
    isDeclared,
    units: of,
  });
  const good = segment('old', units(990, 1_000));
  assert.equal(outcomes({ segments: [good, segment('other', units(1, 100), false)] })['segments'], 'pass');
  assert.equal(outcomes({ segments: [good, segment('young', units(45, 45))] })['segments'], 'inconclusive');
  const failing = { segments: [good, segment('young', units(70, 100))] };
  assert.equal(outcomes(failing)['segments'], 'fail');
  assert.match(
    reasonOf('segments', failing),
    /^agreement of age = young is between 5\d\.\d% and 8\d\.\d%, below 90\.0%$/,
  );
  assert.match(
    reasonOf('segments', { segments: [segment('young', noUnits)] }),
    /^no answer of age = young is known yet$/,
  );
});

test('no pass while today, the day before or the week fails on its own, or an alert fires', () => {
  const of = units(20_000, 20_000);
  const bad = units(160, 200);
  for (const stretch of ['today', 'yesterday', 'week'] as const) {
    const recent = { today: of, yesterday: of, week: of, [stretch]: bad };
    const { verdict, recommendation } = verdictOf(facts({ units: of, recent }));
    assert.deepEqual([verdict, recommendation?.action], ['inconclusive', 'investigate'], stretch);
  }
  assert.equal(verdictOf(facts({ firing: ['divergence-high'] })).verdict, 'inconclusive');
  assert.equal(outcomes({ firing: null })['alerts'], 'not_evaluated');
});

test('duration: seven days, and every quarter of the week that is not closed', () => {
  const duration = { duration: { minMs: 7 * day, closed: ['sat-00', 'sun-18'] } };
  const given = { since: 0, verdict: duration, cells: 2 ** 28 - 1 };
  assert.equal(outcomes({ ...given, windowEnd: 7 * day - 1 })['duration'], 'inconclusive');
  assert.equal(outcomes({ ...given, windowEnd: 7 * day })['duration'], 'pass');
  const closed = given.cells & ~(1 << 20) & ~(1 << 27);
  assert.equal(outcomes({ ...given, windowEnd: 7 * day, cells: closed })['duration'], 'pass');
  const unseen = { ...given, windowEnd: 7 * day, cells: closed & ~(1 << 13) };
  assert.equal(outcomes(unseen)['duration'], 'inconclusive');
  assert.match(reasonOf('duration', unseen), /none was compared on thu-06 /);
});

test('how many more it takes: they are enough if they come as those before, and one less is not', () => {
  const now = facts({ units: units(196, 200) });
  const { needed, recommendation } = verdictOf(now);
  assert.ok(needed?.requests !== null && needed?.requests !== undefined);
  const total = 200 + needed.requests;
  assert.equal(verdictOf(facts({ units: units(0.98 * total, total) })).verdict, 'pass');
  assert.equal(verdictOf(facts({ units: units(0.98 * (total - 1), total - 1) })).verdict, 'inconclusive');
  assert.equal(needed.ms, Math.ceil((needed.requests * 2 * hour) / 200), 'at 100 an hour');
  assert.match(
    recommendation?.text ?? '',
    /^Keep shadowing: about \d+ more requests, or \d+[hm], until it may pass/,
  );
});

test('bands are by the upper end of the divergence, and there is none under 50 units', () => {
  const bandFor = (agreed: number, of: number): string | null =>
    verdictOf(facts({ units: units(agreed, of) })).band;
  assert.equal(bandFor(49, 49), null);
  assert.equal(bandFor(5_000, 5_000), 'safe');
  assert.equal(bandFor(1_990, 2_000), 'investigate');
  assert.equal(bandFor(475, 500), 'edge-cases');
  assert.equal(bandFor(440, 500), 'do-not-deploy');
});

interface Latencies {
  readonly productionMs: number;
  readonly shadowMs: number;
  readonly count: number;
  readonly timedOut: number;
}

/** All of one latency, but for calls that timed out after 180 ms. */
function latencies({ productionMs, shadowMs, count, timedOut }: Latencies): SegmentSums {
  const { sums } = facts();
  const [production, shadow] = [new QuantileSketch(), new QuantileSketch()];
  for (let n = 0; n < count; n += 1) production.add(productionMs);
  for (let n = 0; n < count - timedOut; n += 1) shadow.add(shadowMs);
  for (let n = 0; n < timedOut; n += 1) shadow.add(180);
  const ledger = {
    sampled: count,
    compared: count - timedOut,
    notCompared: { 'shadow-timed-out': timedOut },
  };
  return { ...sums, ledger, productionLatency: production.toBins(), shadowLatency: shadow.toBins() };
}

function logFactorial(n: number): number {
  return Array.from({ length: n }, (_, i) => Math.log(i + 1)).reduce((a, b) => a + b, 0);
}
