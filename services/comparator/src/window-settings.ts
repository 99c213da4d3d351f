import { compileComparison, type ComparisonPlan } from '@understudy/comparison';
import { type ExperimentConfig, keepHash } from '@understudy/config';
import { perRevision } from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';
import { Segments } from './segments.ts';
import { keySalt } from './units/request-key.ts';

/** What windows are built with: the same for all windows of one revision in a task. */
export interface WindowSettings {
  readonly lane: string;
  readonly partition: number;
  readonly experiment: ExperimentConfig;
  /** The experiment's revision. */
  readonly revision: number;
  readonly configHash: string;
  readonly keepHash: string;
  readonly plan: ComparisonPlan;
  readonly segments: Segments;
  /** Which keys are kept apart, where there are too many. */
  readonly keySalt: number;
  /** Within which an answer of the shadow's is in time, ms. */
  readonly inTimeMs: number | 'off';
  /** How long after its request a production response counts, ms. */
  readonly deadlineMs: number;
  readonly topics: {
    readonly requests: string;
    readonly productionResponses: string;
    readonly shadowResponses: string;
  };
}

/** By a time of the log, ms since the epoch: of the revision in force then. */
export type WindowSettingsAt = (timeMs: number) => WindowSettings;

/** Production's timeout may run out, and its response still has to get into the log. */
const deliveryMs = 60_000;

/** How long after its request a production response counts, ms. */
export function responseDeadlineMs({ production }: ExperimentConfig): number {
  return production.timeoutMs + deliveryMs;
}

/** The settings of one partition's windows. */
export function windowSettings(
  { ready, name: lane, topics }: ComparatorLane,
  partition: number,
): WindowSettingsAt {
  return perRevision(ready.timeline, ({ experiment, number, configHash }) => ({
    lane,
    partition,
    experiment,
    revision: number,
    configHash,
    keepHash: keepHash(experiment),
    plan: compileComparison(experiment.comparison),
    segments: new Segments(experiment.segments),
    keySalt: keySalt(experiment.sampling.salt),
    inTimeMs: experiment.verdict.latency.p95Ms,
    deadlineMs: responseDeadlineMs(experiment),
    topics,
  }));
}
