import type { DuckDBConnection } from '@duckdb/node-api';
import { readRows } from '../store/read-rows.ts';
import { type JudgedLane, judgedPairs, judgedValues } from './judged-pairs.ts';

/** Of the pairs of a segment that were answered differently. */
export interface SegmentLabels {
  readonly field: string;
  readonly value: string;
  readonly labelled: number;
  /** Labelled, or old enough to be. */
  readonly of: number;
}

const maxSegments = 200;

/**
 * How many labels have come of each segment, the largest segments first. Only pairs that were kept have segments, and those are
 * diverging ones: where both sides answered the same, a label that is missing leaves the difference of both as it is.
 */
export async function countBySegment(
  connection: DuckDBConnection,
  judged: JudgedLane,
  dueBefore: number,
): Promise<readonly SegmentLabels[]> {
  return readRows<SegmentLabels>(
    connection,
    `${judgedPairs(judged.experiment)}
     SELECT segment.key AS field, segment.value AS value, count(truth) AS labelled, count(*) AS "of"
     FROM (SELECT truth, unnest(map_entries(segments)) AS segment FROM judged
       WHERE NOT equal AND (truth IS NOT NULL OR window_start < $dueBefore))
     GROUP BY ALL ORDER BY "of" DESC, field, value LIMIT ${maxSegments}`,
    { ...judgedValues(judged), dueBefore: BigInt(dueBefore) },
  );
}
