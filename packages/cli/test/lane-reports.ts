import type { Interval } from '@understudy/schemas-avro';
import type { PhaseReport } from '../src/demo/callers.ts';
import type { LabelsReport, LaneReport, SegmentReport } from '../src/api.ts';

const interval = (estimate: number, lower: number, upper: number): Interval => ({ estimate, lower, upper });

function segment(
  name: string,
  compared: number,
  [estimate, lower, upper]: readonly [number, number, number],
): SegmentReport {
  const [field = '', value = ''] = name.split('=');
  const agreement = interval(estimate, lower, upper);
  const agreed = Math.round(estimate * compared);
  return { segment: { field, value }, agreement, compared, agreed, margin: 0.9, flagged: upper < 0.9 };
}

const labels: LabelsReport = {
  labelled: 1216,
  production: interval(0.911, 0.882, 0.934),
  shadow: interval(0.912, 0.884, 0.935),
};

const latency = {
  production: { p50: 1.1, p95: 1.62, p99: 4 },
  shadow: { p50: 2, p95: 12.4, p99: 1240.6 },
};

/** As the console reports a run of the demo. */
export const boosted: LaneReport = {
  lane: 'mortgage.boosted.live',
  ledger: { sampled: 1226, compared: 1225, notCompared: { 'shadow-deferred': 1 } },
  corrected: 13,
  recovered: { answered: 13, 'dead-lettered': 1 },
  balanced: true,
  agreement: interval(0.8834, 0.8469, 0.9142),
  verdict: 'fail',
  criteria: [
    {
      name: 'agreement',
      outcome: 'fail',
      ...interval(0.8834, 0.8469, 0.9142),
      margin: 0.95,
      needed: null,
      reason: 'agreement is between 84.7% and 91.4%, below 95.0%',
    },
    {
      name: 'latency-p95',
      outcome: 'not_evaluated',
      estimate: null,
      lower: null,
      upper: null,
      margin: null,
      needed: null,
      reason: 'verdict.latency.p95 is not set',
    },
  ],
  recommendation: null,
  latency,
  labels: null,
  segments: [
    segment('self_employed=yes', 149, [0.1477, 0.0685, 0.2613]),
    segment('condominium=no', 898, [0.8797, 0.8367, 0.9154]),
    segment('single=no', 741, [0.8812, 0.834, 0.9196]),
    segment('single=yes', 485, [0.8866, 0.8301, 0.9309]),
    segment('self_employed=no', 1077, [0.9851, 0.9637, 0.9959]),
  ],
};

/** The other lane of that run, but for some requests that were not compared. */
export const repaired: LaneReport = {
  lane: 'mortgage.repaired.live',
  ledger: {
    sampled: 1226,
    compared: 1216,
    notCompared: { 'shadow-timed-out': 9, 'missing-production-response': 1 },
  },
  corrected: 0,
  recovered: {},
  balanced: true,
  agreement: interval(0.985, 0.9664, 0.9951),
  verdict: 'pass',
  criteria: [
    {
      name: 'agreement',
      outcome: 'pass',
      ...interval(0.985, 0.9664, 0.9951),
      margin: 0.95,
      needed: null,
      reason: 'agreement is between 96.6% and 99.5%, above 95.0%',
    },
  ],
  recommendation: null,
  latency,
  labels,
  segments: [segment('single=yes', 485, [0.9732, 0.9365, 0.9929])],
};

/** What callers met in a run in which the shadow of the first lane was killed half-way. */
export const callers: readonly PhaseReport[] = [
  { phase: 'before', requests: 613, affected: 0, p50Ms: 2.1, p99Ms: 12.4 },
  { phase: 'during', requests: 301, affected: 0, p50Ms: 2, p99Ms: 11.6 },
  { phase: 'after', requests: 312, affected: 0, p50Ms: 2.2, p99Ms: 12 },
];
