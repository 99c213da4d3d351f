import type { DuckDBValue } from '@duckdb/node-api';
import { canBeLabelled, compileComparison, type ComparisonPlan } from '@understudy/comparison';
import type { ExperimentConfig } from '@understudy/config';
import { laneOf } from '@understudy/domain';

/** How the labels of an experiment judge its answers. */
export interface LabelledExperiment {
  readonly name: string;
  readonly plan: ComparisonPlan;
  /** Of the intervals. */
  readonly confidence: number;
  /** A younger pair without a label isn't missing it. */
  readonly horizonMs: number;
}

/** Which pairs of which lane are judged. */
export interface JudgedLane {
  readonly lane: string;
  readonly experiment: LabelledExperiment;
  /** Of windows that begin at or after it. */
  readonly since: number;
}

/** Those whose answers can be labelled, by name. */
export function labelledExperiments(
  experiments: readonly Pick<ExperimentConfig, 'name' | 'comparison' | 'verdict' | 'labels'>[],
): ReadonlyMap<string, LabelledExperiment> {
  return new Map(
    experiments
      .map(({ name, comparison, verdict, labels }) => {
        const { confidence } = verdict;
        return { name, plan: compileComparison(comparison), confidence, horizonMs: labels.horizonMs };
      })
      .filter(({ plan }) => canBeLabelled(plan))
      .map((experiment) => [experiment.name, experiment]),
  );
}

/**
 * `WITH truths …, judged …`: each pair of the lane in which both sides answered with a class or a number, with its truth: the
 * newest label of the caller's own id, or of the exchange id where the caller gave none; null without a label. Two requests
 * of one id are two pairs. Columns: `window_start`, `segments`, `production`, `shadow`, `truth`, `production_right`,
 * `shadow_right` (as `isRight` says; null without a label), `equal`. To be followed by what is asked of `judged`, and run with
 * {@link judgedValues}.
 */
export function judgedPairs({ plan }: LabelledExperiment): string {
  const value = plan.kind === 'number' ? (column: string) => `TRY_CAST(${column} AS DOUBLE)` : asItIs;
  return `WITH truths AS (
      SELECT request_id, ${value('arg_max(truth, log_offset)')} AS truth
      FROM labels WHERE experiment = $experiment GROUP BY request_id
    ),
    answered AS (
      SELECT window_start, segments, coalesce(request_id, exchange_id) AS id,
        ${value('production_output')} AS production, ${value('shadow_output')} AS shadow
      FROM pairs WHERE lane = $lane AND window_start >= $since
    ),
    judged AS (
      SELECT answered.*, truth, ${isRightSql(plan, 'production')} AS production_right,
        ${isRightSql(plan, 'shadow')} AS shadow_right, production = shadow AS equal
      FROM answered LEFT JOIN truths ON truths.request_id = answered.id
      WHERE production IS NOT NULL AND shadow IS NOT NULL
    )`;
}

export function judgedValues({ lane, experiment, since }: JudgedLane): Record<string, DuckDBValue> {
  const { name, plan } = experiment;
  const tolerances =
    plan.kind === 'number' ? { absolute: plan.absoluteTolerance, relative: plan.relativeTolerance } : {};
  return { lane, experiment: name, since: BigInt(since), ...tolerances };
}

/** The experiment that a lane is of; null: it has no labels. */
export function experimentOf(
  lane: string,
  experiments: ReadonlyMap<string, LabelledExperiment>,
): LabelledExperiment | null {
  return experiments.get(laneOf(lane)?.experiment ?? '') ?? null;
}

function asItIs(column: string): string {
  return column;
}

/** The same arithmetic as `isRight`, so the same in the last bit. */
function isRightSql({ kind }: ComparisonPlan, side: string): string {
  if (kind !== 'number') return `${side} = truth`;
  const apart = `abs(${side} - truth)`;
  return `(${apart} <= $absolute OR ${apart} / greatest(abs(${side}), abs(truth)) <= $relative)`;
}
