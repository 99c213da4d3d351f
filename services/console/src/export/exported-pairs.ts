import type { DuckDBValue } from '@duckdb/node-api';

/** Which pairs of a lane leave the store. */
export interface ExportSelection {
  readonly lane: string;
  /** `(experiment)` of the lane. */
  readonly experiment: string;
  readonly which: 'diverging' | 'all';
  /** Of windows that begin at or after it, ms since the epoch. */
  readonly from: number;
  /** Of windows that begin before it. */
  readonly to: number;
}

/**
 * A question for the pairs of a selection, each with its newest label and review; null where there is none. To be run with
 * {@link selectionValues}.
 *
 * @param columns of `pairs` as `p`, of the label's `truth`, and of the review as `r`
 */
export function exportedPairs({ which }: ExportSelection, columns: string): string {
  return `WITH truths AS (
      SELECT request_id, arg_max(truth, log_offset) AS truth
      FROM labels WHERE experiment = $experiment GROUP BY request_id
    ),
    newest AS (
      SELECT DISTINCT ON (comparison_id) * FROM reviews
      WHERE starts_with(comparison_id, $lane || '/') ORDER BY comparison_id, log_offset DESC
    )
    SELECT ${columns} FROM pairs AS p
    LEFT JOIN truths ON truths.request_id = coalesce(p.request_id, p.exchange_id)
    LEFT JOIN newest AS r ON r.comparison_id = p.lane || '/' || p.exchange_id
    WHERE p.lane = $lane AND p.window_start >= $from AND p.window_start < $to
      ${which === 'diverging' ? 'AND NOT p.agreed' : ''}`;
}

export function selectionValues({
  lane,
  experiment,
  from,
  to,
}: ExportSelection): Record<string, DuckDBValue> {
  return { lane, experiment, from: BigInt(from), to: BigInt(to) };
}
