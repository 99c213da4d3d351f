import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ExportSelection } from './exported-pairs.ts';
import { jsonLines } from './json-lines.ts';
import { parquetFile } from './parquet-file.ts';

export const exportFormats = ['jsonl', 'parquet'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an export is, and its bytes. */
export interface Export {
  readonly contentType: string;
  readonly rows: number;
  /** Null: not known before the end. */
  readonly bytes: number | null;
  /** Frees what it holds when it has ended, or is destroyed. */
  readonly body: Readable;
}

const atOnce = 2;

/** Exports of the store, a few at a time, each of which holds little in memory and sees the store as of one moment. */
export class Exports {
  readonly #connect: () => Promise<DuckDBConnection>;
  #open = 0;

  constructor(connect: () => Promise<DuckDBConnection>) {
    this.#connect = connect;
  }

  /** Null: there are as many as there may be. */
  async begin(format: ExportFormat, selection: ExportSelection): Promise<Export | null> {
    if (this.#open >= atOnce) return null;
    this.#open += 1;
    let connection: DuckDBConnection | null = null;
    const free = (): void => {
      this.#open -= 1;
      connection?.closeSync();
    };
    try {
      connection = await this.#connect();
      const made = await (format === 'jsonl'
        ? asLines(connection, selection)
        : asFile(connection, selection));
      made.body.once('close', free);
      return made;
    } catch (error) {
      free();
      throw error;
    }
  }
}

async function asLines(connection: DuckDBConnection, selection: ExportSelection): Promise<Export> {
  const { rows, lines } = await jsonLines(connection, selection);
  const body = Readable.from(lines, { objectMode: false });
  return { contentType: 'application/x-ndjson', rows, bytes: null, body };
}

async function asFile(connection: DuckDBConnection, selection: ExportSelection): Promise<Export> {
  const { path, rows, remove } = await parquetFile(connection, selection);
  const { size } = await stat(path);
  const body = createReadStream(path);
  body.once('close', () => void remove());
  return { contentType: 'application/vnd.apache.parquet', rows, bytes: size, body };
}
