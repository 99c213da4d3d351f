import type { ComparatorLane } from '../comparator-lane.ts';
import { divergencePlace, type RecordedWindow, recordedWindows } from './recorded-windows.ts';
import { clockToleranceMs } from '../join.ts';
import type { WindowLog } from './window-log.ts';

/** Which windows of a lane are to be verified; times are ms since the epoch. */
export type Wanted =
  | { readonly kind: 'window'; readonly start: number }
  /** The newest that were published. */
  | { readonly kind: 'last'; readonly count: number }
  /** `to` is excluded. */
  | { readonly kind: 'range'; readonly from: number; readonly to: number };

/** What is verified at once: a window that was published, or windows of which nothing was. */
export type Step =
  | { readonly kind: 'published'; readonly window: RecordedWindow }
  | { readonly kind: 'gap'; readonly from: number; readonly to: number };

/** Published windows of one command. */
export const maxWindows = 10_000;
/** Records of the divergence topic that are looked at first for the newest windows; then four times as many. */
const firstLook = 2_000;

/** The steps in order of time. Empty: the lane has not published so far, or not at all. */
export async function selectWindows(
  log: WindowLog,
  lane: ComparatorLane,
  wanted: Wanted,
): Promise<readonly Step[]> {
  switch (wanted.kind) {
    case 'window':
      return stepsWithin(log, lane, { from: wanted.start, to: wanted.start + lane.ready.run.windowMs });
    case 'range':
      return stepsWithin(log, lane, wanted);
    case 'last':
      return lastSteps(log, lane, wanted.count);
  }
}

async function stepsWithin(
  log: WindowLog,
  lane: ComparatorLane,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<readonly Step[]> {
  const at = await log.offsetAtTime(divergencePlace(lane), from - clockToleranceMs);
  const known = byStart(await recordedWindows(log, lane, at));
  const publishedUpTo = known.at(-1)?.windowEnd ?? -Infinity;
  const windows = known.filter(({ windowStart }) => windowStart >= from && windowStart < to);
  const start = Math.max(from, lane.ready.run.start);
  return withGaps(windows, { from: start, to: Math.min(to, publishedUpTo) });
}

async function lastSteps(log: WindowLog, lane: ComparatorLane, count: number): Promise<readonly Step[]> {
  const { start, end } = await log.bounds(divergencePlace(lane));
  for (let look = firstLook; ; look *= 4) {
    const from = Math.max(start, end - look);
    // One more: the records of the first one may have begun before.
    const windows = byStart(await recordedWindows(log, lane, from)).slice(-count - 1);
    if (windows.length <= count && from > start) continue;
    const wanted = windows.slice(-count);
    const [first] = wanted;
    return first === undefined
      ? []
      : withGaps(wanted, { from: first.windowStart, to: wanted.at(-1)?.windowEnd ?? first.windowEnd });
  }
}

function withGaps(
  windows: readonly RecordedWindow[],
  { from, to }: { readonly from: number; readonly to: number },
): readonly Step[] {
  const steps: Step[] = [];
  let at = from;
  for (const window of windows) {
    if (window.windowStart > at) steps.push({ kind: 'gap', from: at, to: window.windowStart });
    steps.push({ kind: 'published', window });
    at = window.windowEnd;
  }
  if (at < to) steps.push({ kind: 'gap', from: at, to });
  return steps;
}

function byStart(windows: ReadonlyMap<number, RecordedWindow>): readonly RecordedWindow[] {
  return [...windows.values()].toSorted((a, b) => a.windowStart - b.windowStart);
}
