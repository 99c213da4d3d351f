import { nextBoundary, windowStart } from '@understudy/domain';
import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { readLog } from '../client/log-reader.ts';

export interface LogAccess {
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
}

export interface InputPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * The first window boundary from which on nothing of the partition stands before an offset: where a reset to it begins.
 * Null where no record follows: it asks for nothing to be judged again.
 */
export async function boundaryAt(
  log: LogAccess,
  { topic, partition, offset }: InputPartition & { readonly offset: number },
  windowMs: number,
): Promise<number | null> {
  const start = (await log.admin.bounds(topic))[partition]?.start ?? 0;
  const from = Math.max(offset, start);
  const timeMs = await firstTime(log, { topic, partition, offset: from });
  if (timeMs === null) return null;
  const opened = windowStart(timeMs, windowMs);
  // What was deleted may have been of the same window.
  if (from === start && start > 0) return nextBoundary(timeMs, windowMs);
  const [first = 0] = await log.admin.offsetsAtTime(topic, opened, [partition]);
  return first >= from ? opened : nextBoundary(timeMs, windowMs);
}

/**
 * The first window boundary from which on a partition still holds everything that was appended; -Infinity where nothing was ever
 * deleted, Infinity where nothing is left.
 *
 * @param aheadMs - how long before a window what belongs to it may stand in the log
 */
export async function heldFrom(
  log: LogAccess,
  { topic, partition }: InputPartition,
  { windowMs, aheadMs }: { readonly windowMs: number; readonly aheadMs: number },
): Promise<number> {
  const start = (await log.admin.bounds(topic))[partition]?.start ?? 0;
  if (start === 0) return -Infinity;
  const timeMs = await firstTime(log, { topic, partition, offset: start });
  return timeMs === null ? Infinity : nextBoundary(timeMs + aheadMs, windowMs);
}

/** Append time of the first record at or after an offset; null: there is none. */
async function firstTime(
  { connection }: LogAccess,
  { topic, partition, offset }: InputPartition & { readonly offset: number },
): Promise<number | null> {
  const from = new Map([[partition, offset]]);
  for await (const { timestampMs } of readLog(connection, { topic, partitions: [partition], from }))
    return timestampMs;
  return null;
}
