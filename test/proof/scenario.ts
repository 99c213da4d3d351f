import { partitionOf } from '@understudy/streams';
import type { Target } from './chaos.ts';
import { laneOf, type LaneRules } from './oracle/task.ts';

export const partitions = 5;
/** Of production; a response counts until 60 s after that. */
const productionTimeoutMs = 1_000;
const segmentValues = ['gold', 'silver'] as const;

/**
 * The lanes: `quotes` has production responses that never come, so its windows wait for the deadline. Their names put
 * both into the same partition of window-parts and divergence, so that their transactions overlap there. `claims` tries
 * again what fails.
 */
const lanes = [
  { experiment: 'quotes', shadow: 'heavy', rate: 1, retries: [] },
  {
    experiment: 'claims',
    shadow: 'lean',
    rate: 0.6,
    retries: [
      { delay: '1s', delayMs: 1_000 },
      { delay: '2s', delayMs: 2_000 },
    ],
  },
] as const;

/** Requests of these come too, and belong to no lane. */
export const strangeExperiment = 'refunds';

export interface Surroundings {
  readonly brokers: readonly string[];
  readonly registryUrl: string;
  readonly prefix: string;
  readonly shadowPort: number;
  /** Copies of every partition. */
  readonly replicationFactor: number;
  /** Those of the lanes. Default: all. */
  readonly experiments?: readonly string[];
}

/** The `understudy.yaml` of the run. Windows are short, so that there are many ends of windows to be killed at. */
export function configText({
  brokers,
  registryUrl,
  prefix,
  shadowPort,
  replicationFactor,
  experiments: wanted,
}: Surroundings): string {
  const own = lanes.filter(({ experiment }) => wanted?.includes(experiment) ?? true);
  const experiments = own.map(({ experiment, shadow, rate, retries }) => ({
    name: experiment,
    route: { path: `/${experiment}` },
    production: { url: 'http://127.0.0.1:9', timeout: `${productionTimeoutMs}ms` },
    sampling: { rate, salt: `salt of ${experiment}` },
    window: '1s',
    shadows: [
      {
        name: shadow,
        url: `http://127.0.0.1:${shadowPort}/${shadow}`,
        timeout: '400ms',
        concurrency: 64,
        retry: { attempts: 2, pause: '20ms', delays: retries.map(({ delay }) => delay) },
        breaker: { failures: 20, probe: '100ms' },
      },
    ],
    comparison: { kind: 'class', label: '/decision' },
    segments: [{ field: '/tier', values: segmentValues }],
    // About what the stubs do, so that alerts come and go all the time.
    alerts: { divergence: { max: 0.11 }, errors: { max: 0.03 }, resolveAfter: 1 },
  }));
  const kafka = { brokers, prefix, partitions, replicationFactor, sessionTimeout: '2s' };
  return JSON.stringify(
    { kafka, registry: { url: registryUrl }, alerts: { falseAlarms: '1m' }, experiments },
    null,
    2,
  ); // JSON is YAML
}

/** The same rules for the oracle, which reads no config. */
export function laneRules(): readonly LaneRules[] {
  return lanes.map(({ experiment, shadow, rate, retries }) => ({
    experiment,
    shadow,
    retries,
    sampling: { rate, salt: `salt of ${experiment}` },
    windowMs: 1_000,
    deadlineMs: productionTimeoutMs + 60_000,
    label: 'decision',
    segment: { field: 'tier', values: segmentValues },
  }));
}

/** Where it shows that an invoker, a join or a merger writes in a transaction: in the lane whose windows close all the time. */
export function targets(prefix: string): readonly [Target, ...Target[]] {
  const rules = laneRules().at(-1);
  const lane = rules === undefined ? '' : laneOf(rules);
  const partition = partitionOf(lane, partitions);
  return [
    { service: 'comparator', ofMerger: true, topic: `${prefix}divergence`, partition },
    { service: 'comparator', ofMerger: false, topic: `${prefix}window-parts`, partition },
    { service: 'shadow-invoker', ofMerger: false, topic: `${prefix}shadow-responses.${lane}`, partition },
  ];
}
