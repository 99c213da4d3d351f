/**
 * How often verdicts and alerts are wrong, and how soon right: thousands of lanes, each looked at on thirty days, with all
 * criteria on. Sessions of ten requests that are answered alike, as users' are (intraclass correlation 0.5), a thousand a
 * day; what windows would sum up of them is drawn here, session by session, and judged by the lane's own verdict and alert rule.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { VerdictConfig } from '@understudy/config';
import type { Segment, UnitSums } from '@understudy/schemas-avro';
import { alarmEvidence, QuantileSketch, rateEvidence } from '@understudy/statistics';
import { Random } from '@understudy/streams/testing';
import { Sums } from '../src/sums.ts';
import { addSums, noUnits } from '../src/units/unit-sums.ts';
import type { VerdictFacts } from '../src/verdict/facts.ts';
import { verdictOf } from '../src/verdict/verdict.ts';

const day = 86_400_000;
const lanes = 1_000;
const days = 30;
const sessionsOfDay = 1_000;
const requestsOfSession = 10;
const windowMs = 60_000;
const sessionsOfWindow = 2;
const correlation = 0.5;
/** Values of the one segment field, all alike. */
const values = ['a', 'b', 'c', 'd'];

const verdict: VerdictConfig = {
  agreement: { margin: 0.95 },
  confidence: 0.95,
  latency: { p95Ms: 100, p99Ratio: 2, floorMs: 50 },
  errors: { max: 0.001 },
  duration: { minMs: 7 * day, closed: [] },
};
/** The rule about too much divergence, as the config has it by default. */
const limit = 0.05;
const alarmAt = alarmEvidence((730 * day) / windowMs);
/** Every answer takes as long as production's. */
const latency = new QuantileSketch();
for (let n = 0; n < sessionsOfDay * requestsOfSession; n += 1) latency.add(20);

/** For each number of agreeing requests of a session, how likely it is, or fewer: a beta-binomial distribution. */
function cumulative(agreement: number): readonly number[] {
  const scale = 1 / correlation - 1;
  const [a, b] = [agreement * scale, (1 - agreement) * scale];
  const logBeta = (x: number, y: number): number => logGamma(x) + logGamma(y) - logGamma(x + y);
  let sum = 0;
  return Array.from({ length: requestsOfSession + 1 }, (_, k) => {
    const ways = logGamma(requestsOfSession + 1) - logGamma(k + 1) - logGamma(requestsOfSession - k + 1);
    sum += Math.exp(ways + logBeta(k + a, requestsOfSession - k + b) - logBeta(a, b));
    return sum;
  });
}

/** Stirling's series after stepping up to where it is exact to ten digits. */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3);
}

/** The sums of a day's sessions, by how many there were with so many requests that agreed; each is a unit. */
function sumsOf(sessions: readonly number[]): UnitSums {
  const units = sessions.reduce((a, b) => a + b, 0);
  const agreed = sessions.reduce((sum, count, k) => sum + (count * k) / requestsOfSession, 0);
  return { ...noUnits, units, agreed, called: units, inTime: units };
}

interface Fate {
  readonly passed: boolean;
  readonly failed: boolean;
  readonly alerted: boolean;
  readonly passedAgreement: boolean;
  readonly passesAtTheEnd: boolean;
}

function fateOf(seed: number, upTo: readonly number[]): Fate {
  const random = new Random(seed);
  const daily: UnitSums[] = [];
  let segments: readonly UnitSums[] = values.map(() => noUnits);
  let evidence = 0;
  let fate: Fate = {
    passed: false,
    failed: false,
    alerted: false,
    passedAgreement: false,
    passesAtTheEnd: false,
  };
  for (let today = 0; today < days; today += 1) {
    const sessions = values.map(() => upTo.map(() => 0));
    for (let of = 0; of < sessionsOfDay; of += sessionsOfWindow) {
      let events = 0;
      for (let session = of; session < of + sessionsOfWindow; session += 1) {
        const agreed = leastBeyond(upTo, random.next());
        const counts = sessions[session % values.length] ?? [];
        counts[agreed] = (counts[agreed] ?? 0) + 1;
        // A session's first request is in the window that it begins in, the others in later ones.
        if (!random.chance(agreed / requestsOfSession)) events += 1;
      }
      evidence = rateEvidence({ before: evidence, events, trials: sessionsOfWindow, limit, side: 'above' });
      if (evidence >= alarmAt) fate = { ...fate, alerted: true };
    }
    const ofSegments = sessions.map(sumsOf);
    segments = segments.map((sums, at) => addSums(sums, ofSegments[at] ?? noUnits));
    daily.push(ofSegments.reduce(addSums));
    const { verdict: said, criteria } = verdictOf(factsOf(daily, segments, fate.alerted));
    fate = {
      ...fate,
      passed: fate.passed || said === 'pass',
      failed: fate.failed || said === 'fail',
      passedAgreement: fate.passedAgreement || criteria[0]?.outcome === 'pass',
      passesAtTheEnd: said === 'pass',
    };
  }
  return fate;
}

/** Where in rising bounds the first is that is above the chance. */
function leastBeyond(upTo: readonly number[], chance: number): number {
  let at = upTo.length - 1;
  while (at > 0 && chance < (upTo[at - 1] ?? 0)) at -= 1;
  return at;
}

const none = new Sums().toRecord(null);

function factsOf(daily: readonly UnitSums[], segments: readonly UnitSums[], isFiring: boolean): VerdictFacts {
  const total = (of: readonly UnitSums[]): UnitSums => of.reduce(addSums, noUnits);
  const sampled = daily.length * sessionsOfDay * requestsOfSession;
  return {
    experiment: { verdict },
    units: total(daily),
    recent: {
      today: daily.at(-1) ?? noUnits,
      yesterday: daily.at(-2) ?? noUnits,
      week: total(daily.slice(-7)),
    },
    segments: values.map((value, at) => ({
      segment: { field: 'field', value } satisfies Segment,
      margin: 0.9,
      isDeclared: true,
      units: segments[at] ?? noUnits,
    })),
    sums: {
      ...none,
      ledger: { sampled, compared: sampled, notCompared: {} },
      productionLatency: latency.toBins(),
      shadowLatency: latency.toBins(),
    },
    since: 0,
    windowEnd: daily.length * day,
    cells: 2 ** 28 - 1,
    firing: isFiring ? ['divergence-high'] : [],
  };
}

/** Of a thousand lanes with this true agreement, how many. */
function countOf(agreement: number, seed: number): Record<keyof Fate, number> {
  const upTo = cumulative(agreement);
  const fates = Array.from({ length: lanes }, (_, lane) => fateOf(seed + lane, upTo));
  const count = (of: keyof Fate): number => fates.filter((fate) => fate[of]).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    alerted: count('alerted'),
    passedAgreement: count('passedAgreement'),
    passesAtTheEnd: count('passesAtTheEnd'),
  };
}

test('(iii) of 1,000 lanes exactly at the margin, at most 50 ever fail, alert, or pass agreement', (context) => {
  const counts = countOf(0.95, 100_000);
  context.diagnostic(JSON.stringify(counts));
  assert.ok(
    counts.failed <= 50 && counts.alerted <= 50 && counts.passedAgreement <= 50,
    JSON.stringify(counts),
  );
});

test('(iii) of 1,000 lanes at 99%, at least 900 pass by day 30, and at most 50 ever fail or alert', (context) => {
  const counts = countOf(0.99, 200_000);
  context.diagnostic(JSON.stringify(counts));
  assert.ok(counts.passed >= 900 && counts.failed <= 50 && counts.alerted <= 50, JSON.stringify(counts));
});

test('(iii) of 1,000 lanes at 93%, at least 900 fail by day 30', (context) => {
  const counts = countOf(0.93, 300_000);
  context.diagnostic(JSON.stringify(counts));
  assert.ok(counts.failed >= 900, JSON.stringify(counts));
});
