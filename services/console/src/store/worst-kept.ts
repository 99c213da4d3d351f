import type { DuckDBConnection } from '@duckdb/node-api';
import type { Comparison } from '@understudy/schemas-avro';
import { type PairRow, toDivergingPair } from './pair-rows.ts';
import { readRows } from './read-rows.ts';

/** A comparison of a diverging pair, and how many times its window had been judged again. */
export interface KeptComparison {
  readonly comparison: Comparison;
  readonly judgement: number;
}

/**
 * Of the diverging pairs of which something was kept: of the lane and of each of its segments the `count` that are least alike, of
 * equal ones the newest. What `WorstPairs` would hold had it read the whole log; a pair may come more than once.
 */
export async function worstKept(
  connection: DuckDBConnection,
  lane: string,
  count: number,
): Promise<readonly KeptComparison[]> {
  const rows = await readRows<PairRow>(
    connection,
    `WITH kept AS (SELECT rowid AS id, score, request_time, request_offset, exchange_id, segments
        FROM pairs WHERE lane = $lane AND score IS NOT NULL),
      placed AS (
        SELECT * EXCLUDE segments, NULL AS segment FROM kept UNION ALL
        SELECT * EXCLUDE segments, unnest(map_entries(segments)) AS segment FROM kept
      ),
      worst AS (
        SELECT id FROM placed QUALIFY row_number() OVER (
          PARTITION BY segment ORDER BY score, request_time DESC, request_offset DESC, exchange_id) <= $count
      )
    SELECT * FROM pairs WHERE rowid IN (SELECT id FROM worst)`,
    { lane, count },
  );
  return rows.flatMap((row) => {
    const diverging = toDivergingPair(row);
    if (diverging === null) return [];
    const { window_start: windowStart, recovery, judgement } = row;
    const none = { agreeing: null, unkept: null };
    return [
      { comparison: { lane, windowStart, windowEnd: windowStart, recovery, diverging, ...none }, judgement },
    ];
  });
}
