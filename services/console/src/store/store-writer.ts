import type { DuckDBConnection } from '@duckdb/node-api';
import { commitBatch } from './commit-batch.ts';
import { readRows } from './read-rows.ts';
import type { Store } from './open-store.ts';
import type { StoreMetrics } from './store-metrics.ts';
import type { StoreRecord } from './store-records.ts';
import { logTables } from './tables.ts';

export interface StoreWriterOptions {
  readonly metrics: StoreMetrics;
  /** A transaction failed: what waits is not stored, and nothing more will be. */
  readonly onOver: (error: Error) => void;
}

/** Of a transaction, and of what waits for one; a record can be larger than all of it. */
const batchLimits = { rows: 5_000, bytes: 8 * 1024 * 1024 };
const waitingLimits = { rows: 10_000, bytes: 16 * 1024 * 1024 };

/** Changes of the store that are no record's: alone in a transaction of their own, between two batches. */
type Job = (connection: DuckDBConnection) => Promise<void>;

interface WaitingJob {
  /** So many records are stored before it. */
  readonly after: number;
  readonly run: () => Promise<void>;
  readonly giveUp: (error: Error) => void;
}

/**
 * The only one that writes to the store: takes records in the order in which they were read, and commits what waits, with
 * the offsets after it, as soon as the transaction before it is done. So a slow disk makes larger transactions.
 *
 *     const writer = await StoreWriter.open(store, { metrics, onOver });
 *     for await (const record of followLog(connection, { topic, from: writer.positions(topic), signal }))
 *       await writer.add({ ...record, rows: rowsOf(record) });
 */
export class StoreWriter {
  readonly #connection: DuckDBConnection;
  readonly #options: StoreWriterOptions;
  readonly #judgedAgain: Set<string>;
  /** The offset after the last record taken, by topic and partition. */
  readonly #positions: Map<string, Map<number, number>>;
  readonly #listeners: ((batch: readonly StoreRecord[]) => void)[] = [];
  readonly #waiting: StoreRecord[] = [];
  readonly #jobs: WaitingJob[] = [];
  /** Records, since it was opened. */
  #taken = 0;
  #committed = 0;
  #size = { rows: 0, bytes: 0 };
  #room = Promise.withResolvers<void>();
  #working: Promise<void> | null = null;
  #failure: Error | null = null;

  private constructor(
    connection: DuckDBConnection,
    given: {
      readonly judgedAgain: Set<string>;
      readonly positions: Map<string, Map<number, number>>;
      readonly options: StoreWriterOptions;
    },
  ) {
    this.#connection = connection;
    this.#options = given.options;
    this.#judgedAgain = given.judgedAgain;
    this.#positions = given.positions;
  }

  static async open(store: Store, options: StoreWriterOptions): Promise<StoreWriter> {
    const connection = await store.connect();
    const lanes = await readRows<{ lane: string }>(connection, 'SELECT DISTINCT lane FROM judgements');
    const offsets = await readRows<{ topic: string; part: number; next: number }>(
      connection,
      'SELECT * FROM offsets',
    );
    const positions = new Map<string, Map<number, number>>();
    for (const { topic, part, next } of offsets)
      positions.set(topic, new Map(positions.get(topic)).set(part, next));
    return new StoreWriter(connection, {
      judgedAgain: new Set(lanes.map(({ lane }) => lane)),
      positions,
      options,
    });
  }

  /** Told after each transaction what is in it. */
  listen(listener: (batch: readonly StoreRecord[]) => void): void {
    this.#listeners.push(listener);
  }

  /** From where a topic is read on, by partition; none: from its start. What waits is before it. */
  positions(topic: string): ReadonlyMap<number, number> {
    return new Map(this.#positions.get(topic));
  }

  /**
   * Takes a record; those of one partition in the order of their offsets. One that was taken before is passed over.
   * Resolves when there is room for the next: whoever waits for it holds little in memory.
   */
  async add(record: StoreRecord): Promise<void> {
    const { topic, partition, offset } = record;
    const positions = this.#positions.get(topic) ?? new Map<number, number>();
    if (this.#failure !== null || offset < (positions.get(partition) ?? 0)) return;
    this.#positions.set(topic, positions.set(partition, offset + 1));
    this.#waiting.push(record);
    this.#taken += 1;
    this.#count(sizeOf(record), 1);
    this.#work();
    while (this.#failure === null && !fits(this.#size, waitingLimits)) await this.#room.promise;
  }

  /** Forgets everything if it is of another log than this one. */
  async claim(log: string): Promise<boolean> {
    const [about] = await readRows<{ log: string }>(this.#connection, 'SELECT log FROM about');
    if (about?.log === log) return true;
    await this.run(async (connection) => {
      for (const table of logTables) await connection.run(`DELETE FROM ${table}`);
      await connection.run('UPDATE about SET log = $log', { log });
    });
    this.#positions.clear();
    this.#judgedAgain.clear();
    return about?.log === '';
  }

  /** The rows of a topic, which `job` deletes, and its offsets are forgotten; nobody may be reading it. */
  async forget(topic: string, job: Job): Promise<void> {
    await this.run(async (connection) => {
      await job(connection);
      await connection.run('DELETE FROM offsets WHERE topic = $topic', { topic });
    });
    this.#positions.delete(topic);
  }

  /** Does a job after what was taken before it. Resolves when it is committed; rejects, with nothing changed, when it fails. */
  async run(job: Job): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    if (this.#failure !== null) throw this.#failure;
    const run = (): Promise<void> => this.#inTransaction(job).then(resolve, reject);
    this.#jobs.push({ after: this.#taken, run, giveUp: reject });
    this.#work();
    await promise;
  }

  /** Resolves when everything that was taken is committed, or could not be. */
  async settled(): Promise<void> {
    while (this.#working !== null) await this.#working;
  }

  /** Ends after what waits; take nothing more. */
  async close(): Promise<void> {
    await this.settled();
    this.#connection.closeSync();
  }

  #work(): void {
    this.#working ??= this.#workOff().finally(() => {
      this.#working = null;
      if (this.#failure === null && (this.#jobs.length > 0 || this.#waiting.length > 0)) this.#work();
    });
  }

  async #workOff(): Promise<void> {
    const { metrics, onOver } = this.#options;
    while ((this.#jobs[0]?.after ?? Infinity) <= this.#committed) await this.#jobs.shift()?.run();
    const batch = this.#nextBatch();
    if (batch.length === 0 || this.#failure !== null) return;
    try {
      await commitBatch(this.#connection, batch, this.#judgedAgain);
      this.#committed += batch.length;
      metrics.stored.inc(batch.length);
      for (const listener of this.#listeners) listener(batch);
    } catch (error) {
      this.#failure = new Error('The console could not write to its store.', { cause: error });
      for (const { giveUp } of this.#jobs.splice(0)) giveUp(this.#failure);
      onOver(this.#failure);
    }
    this.#room.resolve();
    this.#room = Promise.withResolvers();
  }

  #nextBatch(): readonly StoreRecord[] {
    let size = { rows: 0, bytes: 0 };
    let count = 0;
    while (count < this.#waiting.length && fits(size, batchLimits)) {
      const next = this.#waiting[count];
      if (next !== undefined) size = sum(size, sizeOf(next), 1);
      count += 1;
    }
    this.#count(size, -1);
    return this.#waiting.splice(0, count);
  }

  #count(size: Size, by: 1 | -1): void {
    this.#size = sum(this.#size, size, by);
    this.#options.metrics.waiting.set(this.#waiting.length);
  }

  async #inTransaction(job: Job): Promise<void> {
    await this.#connection.run('BEGIN');
    try {
      await job(this.#connection);
      await this.#connection.run('COMMIT');
    } catch (error) {
      await this.#connection.run('ROLLBACK').catch(() => {}); // the first error says why
      throw error;
    }
  }
}

interface Size {
  readonly rows: number;
  readonly bytes: number;
}

function sizeOf({ rows }: StoreRecord): Size {
  if (rows.kind !== 'pairs') return { rows: 1, bytes: 0 };
  const bytes = rows.pairs.reduce((total, { kept }) => {
    if (kept === null) return total;
    return total + kept.requestBody.length + kept.productionBody.length + kept.shadowBody.length;
  }, 0);
  return { rows: Math.max(1, rows.pairs.length), bytes };
}

function sum(a: Size, b: Size, by: 1 | -1): { rows: number; bytes: number } {
  return { rows: a.rows + by * b.rows, bytes: a.bytes + by * b.bytes };
}

function fits(size: Size, limits: Size): boolean {
  return size.rows < limits.rows && size.bytes < limits.bytes;
}
