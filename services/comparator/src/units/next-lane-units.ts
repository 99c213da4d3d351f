import type { DayUnits, KeyedUnits, WindowPart } from '@understudy/schemas-avro';
import { segmentKey } from '../segment-key.ts';
import { cellOf } from './cells.ts';
import { nextDays } from './days.ts';
import { mergeKeys, type WindowKeys } from './key-counts.ts';
import { maxUnitsOf } from './limits.ts';
import { nextUnits, nothingKeyed } from './keyed-units.ts';
import type { Outcomes } from './outcomes.ts';

/** The units of a lane and its segments, as they stand after a window. */
export interface LaneUnits {
  /** By `segmentKey`. */
  readonly units: ReadonlyMap<string, KeyedUnits>;
  /** Finished ones of the whole lane by day. */
  readonly days: readonly DayUnits[];
  /** Quarters of weekdays in which something was compared, a bit each. */
  readonly cells: number;
}

/** @param segments - by `segmentKey`: the whole lane's, then those that the config has */
export function nextLaneUnits(
  before: LaneUnits,
  {
    parts,
    windowStart,
    segments,
  }: {
    readonly parts: readonly WindowPart[];
    readonly windowStart: number;
    readonly segments: readonly string[];
  },
): LaneUnits & { /** Of the whole lane. */ readonly fresh: readonly Outcomes[] } {
  const [lane = ''] = segments;
  const keys = keysBySegment(parts);
  const steps = segments.map((key) => {
    const window = mergeKeys(keys.get(key) ?? []);
    const max = maxUnitsOf(key === lane ? null : segments.length - 1);
    return { key, window, ...nextUnits(before.units.get(key) ?? nothingKeyed, { window, windowStart, max }) };
  });
  const [whole] = steps;
  return {
    units: new Map(steps.map(({ key, after }) => [key, after])),
    days: whole === undefined ? before.days : nextDays(before.days, whole.finished),
    cells: before.cells | (whole !== undefined && hasCompared(whole.window) ? cellOf(windowStart) : 0),
    fresh: whole?.fresh ?? [],
  };
}

function keysBySegment(parts: readonly WindowPart[]): ReadonlyMap<string, WindowPart['keys'][number][]> {
  const bySegment = new Map<string, WindowPart['keys'][number][]>();
  for (const part of parts)
    for (const [at, { segment }] of part.segments.entries()) {
      const counts = part.keys[at];
      if (counts === undefined) continue;
      const key = segmentKey(segment);
      bySegment.set(key, [...(bySegment.get(key) ?? []), counts]);
    }
  return bySegment;
}

function hasCompared({ byKey }: WindowKeys): boolean {
  return [...byKey.values()].some(({ compared }) => compared > 0);
}
