import { access, constants, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { tmpdir } from 'node:os';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Logger } from '@understudy/telemetry';
import { readRows } from './read-rows.ts';
import { storeVersion, tables } from './tables.ts';

export interface OpenStoreOptions {
  /** Of the file; `memory`: none, and everything is forgotten when it is closed. */
  readonly path: string;
  /** What DuckDB may hold in memory; what needs more goes to files beside the store. */
  readonly memoryBytes: number;
  readonly logger: Logger;
}

/** An open database with this version's tables. */
export interface Store {
  /** Null: in memory. */
  readonly file: string | null;
  /** Questions on one connection wait for each other; a connection is cheap. */
  connect(): Promise<DuckDBConnection>;
  close(): void;
}

/**
 * Opens the store, and makes it if there is none. A file that is broken, or of another version, is deleted with a line in
 * the log: everything in it is in Kafka, too.
 *
 * @throws Error that says what to do where another process has the file open, or it can't be written
 */
export async function openStore(options: OpenStoreOptions): Promise<Store> {
  const { path, logger } = options;
  if (path === 'memory') return asStore(await prepared(options, ':memory:'), null);
  await makeFolder(dirname(path));
  try {
    return asStore(await prepared(options, path), path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    if (/lock on file/i.test(reason)) {
      const advice = 'give this console a console.store.path of its own in understudy.yaml';
      throw new Error(`Another process has the store ${path} open; stop it, or ${advice}.`, { cause: error });
    }
    await checkWritable(path, error);
    logger.warn({ err: error, path }, 'the store is of no use: it is deleted and built again from the log');
    await deleteFiles(path);
    return asStore(await prepared(options, path), path);
  }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    if ((await mkdir(folder, { recursive: true })) === undefined) return;
    // What users sent is in there, and nobody should commit it by accident.
    await writeFile(join(folder, '.gitignore'), '*\n');
  } catch (error) {
    throw notWritable(folder, error);
  }
}

/** Resolves where the file could be deleted and made again. */
async function checkWritable(path: string, cause: unknown): Promise<void> {
  try {
    await access(dirname(path), constants.R_OK | constants.W_OK);
    await access(path, constants.R_OK | constants.W_OK);
  } catch {
    throw notWritable(path, cause);
  }
}

function notWritable(path: string, cause: unknown): Error {
  const advice = 'set console.store.path in understudy.yaml to a file in a folder that can (memory: no file)';
  return new Error(`The store can't be written at ${path}; ${advice}.`, { cause });
}

async function deleteFiles(path: string): Promise<void> {
  for (const file of [path, `${path}.wal`]) await rm(file, { force: true });
}

/** An instance with this version's tables. @throws Error, with the file closed, where it has others */
async function prepared({ path, memoryBytes }: OpenStoreOptions, database: string): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(database, {
    memory_limit: `${memoryBytes}B`,
    // The console's other work shares the machine; answers within seconds are soon enough.
    threads: '1',
    temp_directory: path === 'memory' ? join(tmpdir(), `understudy-console-${process.pid}`) : `${path}.tmp`,
    // Nothing is fetched, and no file is read or written but those that we name.
    autoinstall_known_extensions: 'false',
    // Rows have no order of their own; keeping one would hold more in memory.
    preserve_insertion_order: 'false',
  });
  try {
    const connection = await instance.connect();
    await prepareTables(connection);
    connection.closeSync();
    return instance;
  } catch (error) {
    instance.closeSync();
    throw error;
  }
}

async function prepareTables(connection: DuckDBConnection): Promise<void> {
  const existing = await readRows<{ name: string }>(
    connection,
    'SELECT table_name AS name FROM duckdb_tables()',
  );
  if (existing.length === 0) {
    await connection.run('BEGIN');
    for (const table of tables) await connection.run(table);
    await connection.run(`INSERT INTO about VALUES (${storeVersion}, '')`);
    await connection.run('COMMIT');
    return;
  }
  const [about] = await readRows<{ version: number }>(connection, 'SELECT version FROM about');
  if (about?.version !== storeVersion)
    throw new Error(`it is of version ${about?.version}, not ${storeVersion}`);
}

function asStore(instance: DuckDBInstance, file: string | null): Store {
  return { file, connect: () => instance.connect(), close: () => instance.closeSync() };
}
