import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { exportedPairs, type ExportSelection, selectionValues } from './exported-pairs.ts';

export interface ParquetFile {
  readonly path: string;
  readonly rows: number;
  readonly remove: () => Promise<void>;
}

/** What analyses ask for; outputs, labels and differences are JSON text, times are UTC. Bodies are in JSON lines alone. */
const columns = `p.lane, p.exchange_id, p.request_id, p.part AS partition, p.request_offset,
  epoch_ms(p.window_start) AS window_start, epoch_ms(p.request_time) AS request_time,
  p.agreed, p.recovery AS recovered, p.score, p.production_output, p.shadow_output,
  p.production_latency_ms, p.shadow_latency_ms, p.segments, p.differences,
  truth AS label, r.judgement AS review`;

/** Writes the pairs of a selection to a file of its own, which whoever asked removes: Parquet is written from its end. */
export async function parquetFile(
  connection: DuckDBConnection,
  selection: ExportSelection,
): Promise<ParquetFile> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-export-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'pairs.parquet');
  try {
    const { rowsChanged } = await connection.run(
      `COPY (${exportedPairs(selection, columns)}) TO '${path.replaceAll("'", "''")}' (FORMAT parquet, COMPRESSION zstd)`,
      selectionValues(selection),
    );
    return { path, rows: rowsChanged, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
