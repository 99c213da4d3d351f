import { DuckDBInstance } from '@duckdb/node-api';
import type { Scalar } from '../init/json-leaves.ts';
import { UserError } from '../user-error.ts';

/** Values by feature; what is missing is left out. */
export type FeatureValues = ReadonlyMap<string, readonly Scalar[]>;

/** Numbers and text alone: `yes` is no boolean, and a date is what requests write. */
const csv = `read_csv($file, header = true, auto_type_candidates = ['BIGINT', 'DOUBLE', 'VARCHAR'])`;

/**
 * The columns of a CSV or Parquet file, of at most `maxRows` rows, drawn at random and the same at each call.
 *
 * @throws UserError where the file can't be read as either
 */
export async function readTraining(file: string, maxRows: number): Promise<FeatureValues> {
  const rows = /\.parquet$/i.test(file) ? 'read_parquet($file)' : csv;
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    autoinstall_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    const result = await connection.runAndReadAll(
      `SELECT * FROM ${rows} USING SAMPLE reservoir(${maxRows} ROWS) REPEATABLE (1)`,
      { file },
    );
    const columns = result.getColumnsObjectJS();
    connection.closeSync();
    return new Map(Object.entries(columns).map(([name, values]) => [name, values.flatMap(asScalar)]));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} can't be read as CSV with a header, or as .parquet: ${reason}`, {
      cause: error,
    });
  } finally {
    instance.closeSync();
  }
}

function asScalar(value: unknown): readonly Scalar[] {
  if (typeof value === 'bigint') return [Number(value)];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : [];
}
