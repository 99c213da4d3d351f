import { judgementOf } from '@understudy/domain';
import type { Divergence } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
import { clockToleranceMs } from '../join.ts';
import type { Place, WindowLog } from './window-log.ts';

/** Where the newest records of a window stand in the divergence topic. */
export interface RecordedWindow {
  /** ms since the epoch, as all times here. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** End of the window that was published before it: its sums went into this one's. */
  readonly previousEnd: number;
  /** How many times the lane had been set to judge again. */
  readonly judgement: number;
  readonly appendedMs: number;
  /** Offsets of its first record and of the one after its last. */
  readonly from: number;
  readonly until: number;
}

/** Where a lane's divergence records are. */
export function divergencePlace({ topics, lanePartition }: ComparatorLane): Place {
  return { topic: topics.divergence, partition: lanePartition };
}

/**
 * Windows of the lane in the divergence topic from an offset on, by start. Of one that was judged several times, its newest
 * records.
 */
export async function recordedWindows(
  log: WindowLog,
  lane: ComparatorLane,
  from: number,
): Promise<ReadonlyMap<number, RecordedWindow>> {
  const { windowMs } = lane.ready.experiment;
  const windows = new Map<number, RecordedWindow>();
  for await (const record of log.read(divergencePlace(lane), { from })) {
    if (record.value === null || !isOf(lane, record.key)) continue;
    const { segment, windowStart, windowEnd, emptyWindowsBefore } = await lane.codecs.decode(
      'divergence',
      record.value,
    );
    const known = windows.get(windowStart);
    const until = record.offset + 1;
    // The whole lane's record is a window's first.
    if (segment !== null) {
      if (known !== undefined) windows.set(windowStart, { ...known, until });
      continue;
    }
    windows.set(windowStart, {
      windowStart,
      windowEnd,
      previousEnd: windowStart - emptyWindowsBefore * windowMs,
      judgement: judgementOf(record.headers),
      appendedMs: record.timestampMs,
      from: record.offset,
      until,
    });
  }
  return windows;
}

/** The records of windows, by start; of each the whole lane's first. The topic is read once for all of them. */
export async function recordsOf(
  log: WindowLog,
  lane: ComparatorLane,
  windows: readonly RecordedWindow[],
): Promise<ReadonlyMap<number, readonly Divergence[]>> {
  const byStart = new Map(
    windows.map((window) => [window.windowStart, { window, records: [] as Divergence[] }]),
  );
  const from = Math.min(...windows.map((window) => window.from));
  const until = Math.max(...windows.map((window) => window.until));
  if (windows.length > 0) {
    for await (const { key, value, offset } of log.read(divergencePlace(lane), { from, until })) {
      if (value === null || !isOf(lane, key)) continue;
      const record = await lane.codecs.decode('divergence', value);
      const of = byStart.get(record.windowStart);
      if (of !== undefined && offset >= of.window.from && offset < of.window.until) of.records.push(record);
    }
  }
  return new Map([...byStart].map(([start, { records }]) => [start, records]));
}

/** The records of the window that was published before this one; empty if they are not in the log. */
export async function recordsBefore(
  log: WindowLog,
  lane: ComparatorLane,
  { previousEnd, from: until }: RecordedWindow,
): Promise<readonly Divergence[]> {
  const place = divergencePlace(lane);
  const from = await log.offsetAtTime(place, previousEnd - clockToleranceMs);
  let records: Divergence[] = [];
  for await (const { key, value } of log.read(place, { from, until })) {
    if (value === null || !isOf(lane, key)) continue;
    const record = await lane.codecs.decode('divergence', value);
    if (record.windowEnd !== previousEnd) continue;
    if (record.segment === null) records = [];
    records.push(record);
  }
  return records;
}

/** Keys are the lane's name, and for a segment that and its name. */
function isOf({ name }: ComparatorLane, key: Buffer | null): boolean {
  const text = key?.toString() ?? '';
  return text === name || text.startsWith(`${name} `);
}
