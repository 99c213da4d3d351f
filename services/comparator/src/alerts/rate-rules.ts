import type { ExperimentAlertsConfig } from '@understudy/config';
import type { NotComparedReason } from '@understudy/domain';
import type { SegmentSums } from '@understudy/schemas-avro';
import { QuantileSketch } from '@understudy/statistics';
import { type Counted, rateRule } from './rate-rule.ts';
import type { WindowFacts, WindowRule } from './window-rule.ts';

/** Calls that brought no answer, though production had one. */
const errors: readonly NotComparedReason[] = [
  'shadow-failed',
  'shadow-timed-out',
  'shadow-deferred',
  'shadow-dead-lettered',
];
/** A p95 is within its limit when no more than this share is above it. */
const aboveP95 = 0.05;

/** The rules about rates that are on. Missing is not disagreement: what wasn't compared has rules of its own. */
export function rateRules(config: ExperimentAlertsConfig, alarmAt: number): readonly WindowRule[] {
  const {
    divergence,
    errors: { max: maxErrors },
    latency,
  } = config;
  const rules: WindowRule[] = [];
  if (divergence.max !== 'off') {
    const { max: limit } = divergence;
    rules.push(rateRule({ name: 'divergence-high', limit, side: 'above', alarmAt, count: diverged }));
  }
  if (divergence.min !== 'off') {
    const { min: limit } = divergence;
    rules.push(rateRule({ name: 'divergence-low', limit, side: 'below', alarmAt, count: diverged }));
  }
  if (maxErrors !== 'off')
    rules.push(rateRule({ name: 'shadow-errors', limit: maxErrors, side: 'above', alarmAt, count: failed }));
  if (latency.p95Ms !== 'off' || latency.p95Ratio !== 'off') {
    const count = (window: WindowFacts): Counted => slow(window, latency);
    rules.push(rateRule({ name: 'shadow-latency', limit: aboveP95, side: 'above', alarmAt, count }));
  }
  return rules;
}

/**
 * Each key once in an hour, by the share of its answers that differ: answers to one session are alike, and ten of them
 * that differ are no ten findings.
 */
function diverged({ sums: { ledger, agreed }, fresh }: WindowFacts): Counted {
  const keys = fresh.filter(({ compared }) => compared > 0);
  const events = keys.reduce((sum, key) => sum + (key.compared - key.agreed) / key.compared, 0);
  const numbers = { compared: ledger.compared, differ: ledger.compared - agreed };
  return { events, trials: keys.length, what: 'keys are answered differently', numbers };
}

/** Of the calls of which something is known: where production has no answer, the shadow's isn't looked at. */
function failed({ sums: { ledger } }: WindowFacts): Counted {
  const { compared, notCompared } = ledger;
  const byReason = Object.fromEntries(errors.map((reason) => [reason, notCompared[reason] ?? 0]));
  const events = Object.values(byReason).reduce((sum, count) => sum + count, 0);
  const trials = compared + (notCompared['not-comparable'] ?? 0) + events;
  return { events, trials, what: 'calls brought no answer', numbers: byReason };
}

function slow({ sums, running }: WindowFacts, latency: ExperimentAlertsConfig['latency']): Counted {
  const shadow = QuantileSketch.fromBins(sums.shadowLatency);
  const productionP95Ms = productionP95(sums, running);
  const limitMs = limitOf(productionP95Ms, latency);
  const numbers = { shadowP95Ms: shadow.quantile(1 - aboveP95), productionP95Ms, limitMs };
  if (limitMs === null)
    return { events: 0, trials: 0, what: 'answers of the shadow could be judged', numbers };
  return {
    events: shadow.countAbove(limitMs),
    trials: shadow.count,
    what: `answers of the shadow took longer than ${Math.round(limitMs)} ms`,
    numbers,
  };
}

/** The greater of the window's and the run's: a few answers of one window don't tell, and a busy hour slows both sides. */
function productionP95(sums: SegmentSums, running: SegmentSums): number | null {
  const found = [sums, running]
    .map(({ productionLatency }) => QuantileSketch.fromBins(productionLatency).quantile(1 - aboveP95))
    .filter((p95) => p95 !== null);
  return found.length === 0 ? null : Math.max(...found);
}

/** Null where nothing is known of production, and the limit depends on it. */
function limitOf(
  productionP95Ms: number | null,
  { p95Ms, p95Ratio, floorMs }: ExperimentAlertsConfig['latency'],
): number | null {
  if (p95Ms !== 'off') return p95Ms;
  if (p95Ratio === 'off' || productionP95Ms === null) return null;
  return Math.max(floorMs, p95Ratio * productionP95Ms);
}
