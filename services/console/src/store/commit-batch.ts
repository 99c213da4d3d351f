import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { appendPair } from './append-pair.ts';
import type { JudgedWindow, StoreRecord } from './store-records.ts';

/**
 * Stores a batch and the offsets after it, in one transaction: of both, all or nothing. What an earlier judgement said of
 * a window goes where a later one is known, whichever came first: partitions are read independently.
 *
 * @param batch of one partition in the order of its offsets
 * @param judgedAgain lanes of which a window was judged again; those of the batch are added
 */
export async function commitBatch(
  connection: DuckDBConnection,
  batch: readonly StoreRecord[],
  judgedAgain: Set<string>,
): Promise<void> {
  await connection.run('BEGIN');
  try {
    await noteJudgements(connection, batch, judgedAgain);
    await appendRows(connection, batch);
    await deleteOverruled(connection, batch, judgedAgain);
    await moveOffsets(connection, batch);
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => {}); // the first error says why
    throw error;
  }
}

async function noteJudgements(
  connection: DuckDBConnection,
  batch: readonly StoreRecord[],
  judgedAgain: Set<string>,
): Promise<void> {
  const highest = new Map<string, JudgedWindow>();
  for (const { rows } of batch) {
    if (rows.kind !== 'pairs' || rows.window.judgement === 0) continue;
    const key = JSON.stringify([rows.window.lane, rows.window.windowStart]);
    if (rows.window.judgement > (highest.get(key)?.judgement ?? 0)) highest.set(key, rows.window);
  }
  for (const { lane, windowStart, judgement } of highest.values()) {
    await connection.run(
      `INSERT INTO judgements VALUES ($lane, $windowStart, $judgement)
       ON CONFLICT DO UPDATE SET judgement = greatest(judgement, excluded.judgement)`,
      { lane, windowStart: BigInt(windowStart), judgement },
    );
    judgedAgain.add(lane);
  }
}

async function appendRows(connection: DuckDBConnection, batch: readonly StoreRecord[]): Promise<void> {
  await append(connection, 'pairs', (appender) => {
    for (const { partition, rows } of batch) {
      if (rows.kind !== 'pairs') continue;
      for (const pair of rows.pairs) appendPair(appender, pair, { ...rows.window, partition });
    }
  });
  await append(connection, 'labels', (appender) => {
    for (const { offset, rows } of batch) {
      if (rows.kind !== 'label') continue;
      appender.appendVarchar(rows.label.experiment);
      appender.appendVarchar(rows.label.requestId);
      appender.appendVarchar(rows.label.truth);
      for (const value of [rows.label.observedTime, offset, rows.label.logTime])
        appender.appendBigInt(BigInt(value));
      appender.endRow();
    }
  });
  await append(connection, 'reviews', (appender) => {
    for (const { offset, rows } of batch) {
      if (rows.kind !== 'review') continue;
      const { comparisonId, judgement, reviewer, note, reviewTime } = rows.review;
      for (const value of [comparisonId, judgement, reviewer]) appender.appendVarchar(value);
      if (note === null) appender.appendNull();
      else appender.appendVarchar(note);
      for (const value of [reviewTime, offset]) appender.appendBigInt(BigInt(value));
      appender.endRow();
    }
  });
}

async function append(
  connection: DuckDBConnection,
  table: string,
  fill: (appender: DuckDBAppender) => void,
): Promise<void> {
  const appender = await connection.createAppender(table);
  fill(appender);
  appender.closeSync();
}

async function deleteOverruled(
  connection: DuckDBConnection,
  batch: readonly StoreRecord[],
  judgedAgain: ReadonlySet<string>,
): Promise<void> {
  const windows = new Map<string, number[]>();
  for (const { rows } of batch) {
    if (rows.kind !== 'pairs' || !judgedAgain.has(rows.window.lane)) continue;
    const known = windows.get(rows.window.lane);
    if (known === undefined) windows.set(rows.window.lane, [rows.window.windowStart]);
    else known.push(rows.window.windowStart);
  }
  for (const [lane, starts] of windows) {
    const [first, last] = starts.reduce(
      ([least, most], start) => [Math.min(least, start), Math.max(most, start)] as const,
      [Infinity, -Infinity] as readonly [number, number],
    );
    await connection.run(
      `DELETE FROM pairs USING judgements AS later
       WHERE pairs.lane = $lane AND pairs.window_start BETWEEN $first AND $last
         AND later.lane = pairs.lane AND later.window_start = pairs.window_start
         AND pairs.judgement < later.judgement`,
      { lane, first: BigInt(first), last: BigInt(last) },
    );
  }
}

async function moveOffsets(connection: DuckDBConnection, batch: readonly StoreRecord[]): Promise<void> {
  const moved = new Map(batch.map((record) => [`${record.topic}/${record.partition}`, record]));
  for (const { topic, partition, offset } of moved.values()) {
    await connection.run(
      `INSERT INTO offsets VALUES ($topic, $partition, $next)
       ON CONFLICT DO UPDATE SET next = excluded.next`,
      { topic, partition, next: BigInt(offset + 1) },
    );
  }
}
