import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { readRows } from '../store/read-rows.ts';

/** Which lane, against which second instance of production, over which windows. */
export interface NoiseQuestion {
  readonly lane: string;
  readonly baseline: string;
  /** Of windows that begin at or after it, ms since the epoch. */
  readonly since: number;
}

/** The requests that the baseline was compared on, by who differs from production. */
export interface NoiseCounts {
  readonly requests: number;
  readonly bothDiffer: number;
  readonly shadowOnly: number;
  readonly baselineOnly: number;
  /** The shadow was not compared on them. */
  readonly missing: number;
}

/** The same at one place of the answers. A pair that differs and of which nothing was kept is missing. */
export interface PathCounts extends Omit<NoiseCounts, 'requests'> {
  /** JSON Pointer, with * for the indices of lists. */
  readonly path: string;
}

const noCounts: NoiseCounts = { requests: 0, bothDiffer: 0, shadowOnly: 0, baselineOnly: 0, missing: 0 };
/** Places that are told, those first at which most pairs differ. */
const mostPaths = 50;

/** Of one request, that a recovery may have twice, one pair. */
const sides = `WITH shadow AS (
    SELECT exchange_id, bool_and(agreed) AS agreed, any_value(differences) AS differences FROM pairs
    WHERE lane = $lane AND window_start >= $since GROUP BY exchange_id
  ),
  baseline AS (
    SELECT exchange_id, bool_and(agreed) AS agreed, any_value(differences) AS differences FROM pairs
    WHERE lane = $baseline AND window_start >= $since GROUP BY exchange_id
  ),
  joined AS (
    SELECT exchange_id, baseline.agreed AS baseline_agreed, shadow.agreed AS shadow_agreed,
      baseline.differences AS baseline_differences, shadow.differences AS shadow_differences
    FROM baseline LEFT JOIN shadow USING (exchange_id)
  )`;

export async function countNoise(
  connection: DuckDBConnection,
  question: NoiseQuestion,
): Promise<NoiseCounts> {
  const [counts] = await readRows<NoiseCounts>(
    connection,
    `${sides} SELECT count(*) AS requests,
       count(*) FILTER (NOT shadow_agreed AND NOT baseline_agreed) AS bothDiffer,
       count(*) FILTER (NOT shadow_agreed AND baseline_agreed) AS shadowOnly,
       count(*) FILTER (shadow_agreed AND NOT baseline_agreed) AS baselineOnly,
       count(*) FILTER (shadow_agreed IS NULL) AS missing
     FROM joined`,
    valuesOf(question),
  );
  return counts ?? noCounts;
}

export async function countNoiseByPath(
  connection: DuckDBConnection,
  question: NoiseQuestion,
): Promise<readonly PathCounts[]> {
  return readRows<PathCounts>(
    connection,
    `${sides}, places AS (
       SELECT DISTINCT exchange_id, 'shadow' AS side, ${pathIn('shadow_differences')} AS path FROM joined
       UNION ALL
       SELECT DISTINCT exchange_id, 'baseline', ${pathIn('baseline_differences')} FROM joined
     ),
     by_request AS (
       SELECT exchange_id, path, bool_or(side = 'shadow') AS of_shadow, bool_or(side = 'baseline') AS of_baseline
       FROM places GROUP BY ALL
     )
     SELECT path, count(*) FILTER (of_shadow AND of_baseline) AS bothDiffer,
       count(*) FILTER (of_shadow AND NOT of_baseline) AS shadowOnly,
       count(*) FILTER (of_baseline AND NOT of_shadow) AS baselineOnly,
       (SELECT count(*) FROM joined WHERE shadow_agreed IS NULL
          OR (NOT shadow_agreed AND shadow_differences IS NULL)
          OR (NOT baseline_agreed AND baseline_differences IS NULL)) AS missing
     FROM by_request GROUP BY path ORDER BY count(*) DESC, path LIMIT ${mostPaths}`,
    valuesOf(question),
  );
}

/** Elements of a list are one place, wherever they stand in it. */
function pathIn(differences: string): string {
  const paths = `json_extract_string(${differences}, '$[*].path')`;
  return `regexp_replace(unnest(${paths}), '/[0-9]+(/|$)', '/*\\1', 'g')`;
}

function valuesOf({ lane, baseline, since }: NoiseQuestion): Record<string, DuckDBValue> {
  return { lane, baseline, since: BigInt(since) };
}
