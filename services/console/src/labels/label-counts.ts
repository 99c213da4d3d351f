import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows } from '../store/read-rows.ts';
import { type JudgedLane, judgedPairs, judgedValues } from './judged-pairs.ts';

/** Pairs of a lane in which both sides answered with a class or a number: those with a label by who was right, the others by age. */
export interface LabelCounts {
  readonly bothRight: number;
  readonly productionOnly: number;
  readonly shadowOnly: number;
  readonly neither: number;
  /** Older than the horizon and without a label; both sides answered the same. */
  readonly missingEqual: number;
  /** The same, answered differently. */
  readonly missingDiffering: number;
  /** Without a label and so young that it may still come. */
  readonly young: number;
  /** Of the labelled: answered differently. */
  readonly labelledDiffering: number;
}

const noLabels: LabelCounts = {
  bothRight: 0,
  productionOnly: 0,
  shadowOnly: 0,
  neither: 0,
  missingEqual: 0,
  missingDiffering: 0,
  young: 0,
  labelledDiffering: 0,
};

/** @param dueBefore pairs of windows that begin before it should have their label, ms since the epoch */
export async function countLabels(
  connection: DuckDBConnection,
  judged: JudgedLane,
  dueBefore: number,
): Promise<LabelCounts> {
  const [counts] = await readRows<LabelCounts>(
    connection,
    `${judgedPairs(judged.experiment)}
     SELECT count(*) FILTER (production_right AND shadow_right) AS bothRight,
       count(*) FILTER (production_right AND NOT shadow_right) AS productionOnly,
       count(*) FILTER (shadow_right AND NOT production_right) AS shadowOnly,
       count(*) FILTER (NOT production_right AND NOT shadow_right) AS neither,
       count(*) FILTER (truth IS NULL AND window_start < $dueBefore AND equal) AS missingEqual,
       count(*) FILTER (truth IS NULL AND window_start < $dueBefore AND NOT equal) AS missingDiffering,
       count(*) FILTER (truth IS NULL AND window_start >= $dueBefore) AS young,
       count(*) FILTER (truth IS NOT NULL AND NOT equal) AS labelledDiffering
     FROM judged`,
    { ...judgedValues(judged), dueBefore: BigInt(dueBefore) },
  );
  return counts ?? noLabels;
}

export function labelledOf({ bothRight, productionOnly, shadowOnly, neither }: LabelCounts): number {
  return bothRight + productionOnly + shadowOnly + neither;
}

/** Labels of which no pair of the lane has come. */
export async function countWaiting(
  connection: DuckDBConnection,
  { lane, experiment }: JudgedLane,
): Promise<number> {
  const [found] = await readRows<{ waiting: number }>(
    connection,
    `SELECT count(DISTINCT request_id) AS waiting FROM labels
     WHERE experiment = $experiment
       AND request_id NOT IN (SELECT coalesce(request_id, exchange_id) FROM pairs WHERE lane = $lane)`,
    { lane, experiment: experiment.name },
  );
  return found?.waiting ?? 0;
}
