import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';

/** What a query finds, in memory: for questions whose answer is short. Whole numbers are numbers: times and offsets fit. */
export async function readRows<Row>(
  connection: DuckDBConnection,
  sql: string,
  values: Record<string, DuckDBValue> = {},
): Promise<readonly Row[]> {
  const reader = await connection.runAndReadAll(sql, values);
  return reader.getRowObjectsJS().map((row) => plainRow<Row>(row));
}

/** Whole numbers as numbers. */
export function plainRow<Row>(row: Readonly<Record<string, unknown>>): Row {
  const entries = Object.entries(row).map(([name, value]) => [
    name,
    typeof value === 'bigint' ? Number(value) : value,
  ]);
  return Object.fromEntries(entries) as Row;
}
