import type { DuckDBConnection } from '@duckdb/node-api';
import { parseJsonBody } from '@understudy/comparison';
import { type PairRow, toDivergingPair } from '../store/pair-rows.ts';
import { plainRow, readRows } from '../store/read-rows.ts';
import { exportedPairs, type ExportSelection, selectionValues } from './exported-pairs.ts';

interface ExportedRow extends PairRow {
  readonly truth: string | null;
  readonly review: string | null;
  readonly reviewer: string | null;
  readonly note: string | null;
}

export interface JsonLines {
  readonly rows: number;
  /** Each of some lines; a chunk of them is held in memory. */
  readonly lines: AsyncGenerator<string, void, undefined>;
}

/** The pairs of a selection, a JSON object a line, as they are at this moment; in no order. */
export async function jsonLines(
  connection: DuckDBConnection,
  selection: ExportSelection,
): Promise<JsonLines> {
  const values = selectionValues(selection);
  await connection.run('BEGIN'); // counted and read as of one moment
  const [counted] = await readRows<{ rows: number }>(
    connection,
    exportedPairs(selection, 'count(*) AS rows'),
    values,
  );
  return { rows: counted?.rows ?? 0, lines: linesOf(connection, selection) };
}

async function* linesOf(
  connection: DuckDBConnection,
  selection: ExportSelection,
): AsyncGenerator<string, void, undefined> {
  const columns = 'p.*, truth, r.judgement AS review, r.reviewer, r.note';
  const result = await connection.stream(exportedPairs(selection, columns), selectionValues(selection));
  for await (const rows of result.yieldRowObjectJs()) {
    if (rows.length > 0) yield rows.map((row) => `${JSON.stringify(lineOf(plainRow(row)))}\n`).join('');
  }
}

/** Null: nothing is known of it, or nothing was kept. */
function lineOf(row: ExportedRow): object {
  const kept = toDivergingPair(row);
  return {
    lane: row.lane,
    exchangeId: row.exchange_id,
    requestId: row.request_id,
    windowStart: row.window_start,
    requestTime: row.request_time,
    agreed: row.agreed,
    recovered: row.recovery,
    score: row.score,
    segments: kept?.segments ?? null,
    request: kept === null ? null : bodyOf(kept.requestBody),
    production: {
      output: parsed(row.production_output),
      latencyMs: row.production_latency_ms,
      body: kept === null ? null : bodyOf(kept.productionBody),
    },
    shadow: {
      output: parsed(row.shadow_output),
      latencyMs: row.shadow_latency_ms,
      body: kept === null ? null : bodyOf(kept.shadowBody),
    },
    differences: kept?.differences ?? null,
    label: parsed(row.truth),
    review: row.review === null ? null : { judgement: row.review, reviewer: row.reviewer, note: row.note },
  };
}

/** A JSON document as it is; anything else, a body that was cut too, as text. */
function bodyOf(body: Buffer): unknown {
  const json = parseJsonBody(body);
  return json.ok ? json.value : body.toString();
}

function parsed(json: string | null): unknown {
  return json === null ? null : (JSON.parse(json) as unknown);
}
