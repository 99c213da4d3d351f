import { judgementOf } from '@understudy/domain';
import type { Divergence } from '@understudy/schemas-avro';
import { type LogAccess, readLog } from '@understudy/streams';
import { type Silence, toldAlerts } from '../alerts/silence.ts';
import type { ComparatorLane } from '../comparator-lane.ts';
import type { MergeState } from '../lane-states.ts';

/** What a lane's divergence records say of the windows that were judged before a reset. */
export interface JudgedBefore {
  /** Where windows are judged from again: not after the first one that was not judged. */
  readonly boundary: number;
  /** The window before it: its records hold the running sums. Null: there is none, or it is no longer in the log. */
  readonly last: MergeState['last'];
  /** Older records were deleted: where `last` is null, there may have been one. */
  readonly isCut: boolean;
  /** Of the window judged last: a later one has a greater number. */
  readonly judgement: number;
  /** Until the last of the windows, no alerts. Null: none is judged again. */
  readonly silence: Silence | null;
}

interface LookBackOptions extends LogAccess {
  readonly lane: ComparatorLane;
}

export interface JudgedBeforeOptions extends LookBackOptions {
  /** Where windows should be judged from again; Infinity: where the lane stands. */
  readonly boundary: number;
  /** Where the merge stood; null: that was lost with its offset. */
  readonly next: number | null;
}

/** The whole lane's record of one window, and where it and its segments' stand. */
interface Window {
  readonly divergence: Divergence;
  readonly judgement: number;
  readonly from: number;
  /** Of records. */
  count: number;
}

/** A window's records are appended after its end, but perhaps by another clock. */
const firstLookBackMs = 10 * 60_000;

/**
 * Looks for the windows judged before, from the end of the log back: as far as is judged again, and on to the window before
 * that. Reads the lane's partition of `divergence` once or a few times, and holds three windows.
 */
export async function judgedBefore(options: JudgedBeforeOptions): Promise<JudgedBefore> {
  const runStart = options.lane.ready.run.start;
  const next = options.next ?? (await stoodAt(options)) ?? runStart;
  const boundary = Math.max(runStart, Math.min(options.boundary, next));
  const { before, furthest, newest, isCut } = await lookBack(options, boundary);
  const judgement = newest?.judgement ?? 0;
  return { boundary, last: positionOf(before), isCut, judgement, silence: silenceAfter(boundary, furthest) };
}

/** Whether a window of the lane was ever judged, as far as the log tells. */
export async function wasJudged(options: LookBackOptions): Promise<boolean> {
  return (await stoodAt(options)) !== null;
}

/** The end of the window that the lane has merged last, as its newest record says. */
async function stoodAt(options: LookBackOptions): Promise<number | null> {
  const { newest } = await lookBack(options, Infinity);
  return newest?.divergence.windowEnd ?? null;
}

interface Found {
  /** The window that ends last of those that end before the boundary; of several judgements, the newest one. */
  readonly before: Window | null;
  /** The window that ends last of all. */
  readonly furthest: Window | null;
  /** The window that was merged last: one before others, while windows were judged again. */
  readonly newest: Window | null;
}

async function lookBack(options: LookBackOptions, boundary: number): Promise<Found & { isCut: boolean }> {
  const { admin, lane } = options;
  const { topics, lanePartition } = lane;
  const logStart = (await admin.bounds(topics.divergence))[lanePartition]?.start ?? 0;
  for (let lookBackMs = firstLookBackMs; ; lookBackMs *= 8) {
    const fromMs = Math.max(0, Math.min(boundary, Date.now()) - lookBackMs);
    const [atTime = logStart] = await admin.offsetsAtTime(topics.divergence, fromMs, [lanePartition]);
    const offset = Math.max(atTime, logStart);
    const found = await look(options, { boundary, offset });
    if (found.before !== null || offset === logStart) return { ...found, isCut: logStart > 0 };
  }
}

async function look(
  { connection, lane }: LookBackOptions,
  { boundary, offset }: { readonly boundary: number; readonly offset: number },
): Promise<Found> {
  const { topics, lanePartition, name, codecs } = lane;
  let before: Window | null = null;
  let furthest: Window | null = null;
  let newest: Window | null = null;
  for await (const record of readLog(connection, {
    topic: topics.divergence,
    partitions: [lanePartition],
    from: new Map([[lanePartition, offset]]),
  })) {
    const key = record.key?.toString() ?? '';
    // A window's segments follow the lane's own record, in one transaction.
    if (key.startsWith(`${name} `) && newest !== null) newest.count += 1;
    if (key !== name || record.value === null) continue;
    const divergence = await codecs.decode('divergence', record.value);
    newest = { divergence, judgement: judgementOf(record.headers), from: record.offset, count: 1 };
    if (divergence.windowEnd <= boundary) before = later(before, newest);
    furthest = later(furthest, newest);
  }
  return { before, furthest, newest };
}

/** Of the two, the window that ends later, or was judged later. */
function later(a: Window | null, b: Window): Window {
  if (a === null) return b;
  const { windowEnd } = a.divergence;
  if (windowEnd !== b.divergence.windowEnd) return windowEnd > b.divergence.windowEnd ? a : b;
  return a.judgement > b.judgement ? a : b;
}

function positionOf(window: Window | null): MergeState['last'] {
  if (window === null) return null;
  const { divergence, from, count } = window;
  return { windowStart: divergence.windowStart, from, count };
}

function silenceAfter(boundary: number, furthest: Window | null): Silence | null {
  if (furthest === null || furthest.divergence.windowEnd <= boundary) return null;
  const { windowEnd: until, alerts } = furthest.divergence;
  return { until, told: toldAlerts(alerts) };
}
