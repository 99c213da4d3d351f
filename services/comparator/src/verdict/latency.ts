import type { Criterion, SegmentSums } from '@understudy/schemas-avro';
import { quantileBounds, QuantileSketch } from '@understudy/statistics';
import { type Levels, notJudged, undecided } from './criterion.ts';
import { judgeShare } from './judge-share.ts';
import { inTimeShare } from './shares.ts';
import type { VerdictFacts } from './facts.ts';
import type { Traffic } from './traffic.ts';

const p95 = 0.95;
const p99 = 0.99;

/** p95 is within its limit when more than 95% of all calls are answered within it. */
export function judgeP95(
  { experiment, units }: VerdictFacts,
  { levels, traffic }: { readonly levels: Levels; readonly traffic: Traffic },
): Criterion {
  const name = 'latency-p95';
  const { p95Ms } = experiment.verdict.latency;
  if (p95Ms === 'off') return notJudged(name, 'verdict.latency.p95 is not set');
  const what = `the share of calls answered within ${p95Ms} ms`;
  return judgeShare({ name, what, share: inTimeShare(units), margin: p95, levels, traffic });
}

/**
 * The shadow's p99 against a multiple of production's: the bounds of the ranks of both, each at half of what may go wrong.
 * In ms.
 */
export function judgeP99({ experiment, sums }: VerdictFacts, levels: Levels): Criterion {
  const name = 'latency-p99';
  const { p99Ratio, floorMs } = experiment.verdict.latency;
  if (p99Ratio === 'off') return notJudged(name, 'verdict.latency.p99Ratio is off');
  const shadow = boundsOf(sums, 'shadow', levels.pass);
  const production = boundsOf(sums, 'production', levels.pass);
  if (shadow.estimate === null) return undecided(name, 'no answer of the shadow is known yet');
  const limitOf = (ms: number | null): number => Math.max(floorMs, p99Ratio * (ms ?? 0));
  const limits = `${p99Ratio} times production's, and ${floorMs} ms in any case`;
  const judged = {
    ...undecided(name, ''),
    estimate: shadow.estimate,
    lower: shadow.lower,
    upper: shadow.upper,
    margin: limitOf(production.estimate),
  };
  const is = `p99 is ${millis(shadow)}`;
  if (shadow.upper !== null && shadow.upper <= limitOf(production.lower))
    return { ...judged, outcome: 'pass', reason: `${is}; up to ${limits}, are in order` };
  const surely = boundsOf(sums, 'shadow', levels.fail).lower;
  const most = boundsOf(sums, 'production', levels.fail).upper;
  if (surely !== null && most !== null && surely > limitOf(most))
    return { ...judged, outcome: 'fail', reason: `${is}: more than ${limits}` };
  const few = shadow.reason ?? production.reason;
  const why = few ?? `the limit lies inside: ${limits}; production's is ${millis(production)}`;
  return { ...judged, reason: `${is}: ${why}` };
}

interface Bounds {
  readonly estimate: number | null;
  readonly lower: number | null;
  readonly upper: number | null;
  readonly reason: string | null;
}

function boundsOf(sums: SegmentSums, side: 'production' | 'shadow', confidence: number): Bounds {
  const sketch = QuantileSketch.fromBins(side === 'shadow' ? sums.shadowLatency : sums.productionLatency);
  const bounds = quantileBounds({ sketch, quantile: p99, confidence: (1 + confidence) / 2, looks: 'always' });
  if (side === 'production' || bounds.upper === null) return bounds;
  // Those that timed out waited longer than every answer took, and might have taken any time: they have no upper bound.
  const { 'shadow-timed-out': timedOut = 0, 'shadow-deferred': deferred = 0 } = sums.ledger.notCompared;
  if (sketch.countAbove(bounds.upper) >= timedOut + deferred) return bounds;
  return { ...bounds, upper: null, reason: 'so many calls timed out that it has no upper bound' };
}

function millis({ lower, upper }: Bounds): string {
  if (lower === null) return upper === null ? 'not known' : `at most ${Math.round(upper)} ms`;
  return upper === null
    ? `at least ${Math.round(lower)} ms`
    : `between ${Math.round(lower)} and ${Math.round(upper)} ms`;
}
