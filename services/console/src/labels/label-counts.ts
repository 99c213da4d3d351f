import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows } from '../store/read-rows.ts';
import { type JudgedLane, judgedPairs, judgedValues } from './judged-pairs.ts';

/** Pairs that have a label, by who was right. */
export interface LabelCounts {
  readonly bothRight: number;
  readonly productionOnly: number;
  readonly shadowOnly: number;
  readonly neither: number;
}

/** How many labelled pairs of a lane each side got right. */
export async function countLabelled(connection: DuckDBConnection, judged: JudgedLane): Promise<LabelCounts> {
  const [counts] = await readRows<LabelCounts>(
    connection,
    `${judgedPairs(judged.experiment)}
     SELECT count(*) FILTER (production_right AND shadow_right) AS bothRight,
       count(*) FILTER (production_right AND NOT shadow_right) AS productionOnly,
       count(*) FILTER (shadow_right AND NOT production_right) AS shadowOnly,
       count(*) FILTER (NOT production_right AND NOT shadow_right) AS neither
     FROM judged WHERE truth IS NOT NULL`,
    judgedValues(judged),
  );
  return counts ?? { bothRight: 0, productionOnly: 0, shadowOnly: 0, neither: 0 };
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
