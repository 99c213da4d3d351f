import type { DuckDBConnection } from '@duckdb/node-api';

export interface Cutoffs {
  /** Rows of windows that begin before it go, ms since the epoch. */
  readonly pairs: number;
  /** Labels that were appended before it go. */
  readonly labels: number;
}

/** Deletes what the log no longer keeps. Resolves to how many rows that were. Reviews are kept as the log keeps them. */
export async function deleteOld(connection: DuckDBConnection, cutoffs: Cutoffs): Promise<number> {
  const before = BigInt(cutoffs.pairs);
  const counts = [
    await connection.run('DELETE FROM pairs WHERE window_start < $before', { before }),
    await connection.run('DELETE FROM judgements WHERE window_start < $before', { before }),
    await connection.run('DELETE FROM labels WHERE log_time < $before', { before: BigInt(cutoffs.labels) }),
  ];
  return counts.reduce((total, { rowsChanged }) => total + rowsChanged, 0);
}
