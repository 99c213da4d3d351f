import type { DayUnits, KeyedUnits, UnitSums } from '@understudy/schemas-avro';
import type { WindowKeys } from './key-counts.ts';
import { noOutcomes, type Outcomes, plus } from './outcomes.ts';
import { pack, unpack } from './packed-outcomes.ts';
import { allKeys } from './request-key.ts';
import { addUnit, addSums, noUnits } from './unit-sums.ts';

const hourMs = 3_600_000;
const hoursOfDay = 24;

/** Before the first window. */
export const nothingKeyed: KeyedUnits = {
  hour: 0,
  below: allKeys,
  keys: [],
  counts: [],
  idle: [],
  finished: noUnits,
};

/** What one window changes. */
export interface UnitsStep {
  readonly after: KeyedUnits;
  /** Units that are finished with it, by their day: that of the window, or the one before. */
  readonly finished: readonly DayUnits[];
  /** What became of the window's requests whose keys were not seen in its hour before, one for each key. */
  readonly fresh: readonly Outcomes[];
}

interface Unit {
  readonly outcomes: Outcomes;
  readonly isIdle: boolean;
}

/**
 * One window further: its requests belong to the units of their keys. A unit is a key on one day of the log (UTC); it is
 * finished sooner when it was not seen for an hour, and when the key comes back, that is another one.
 *
 * Of units that are not finished, at most `max` are kept apart. Where more keys are about, only those with a hash below
 * half of what it was are counted from now on: which keys those are has nothing to do with their answers, so what is
 * counted speaks for all. Units that were counted until then are finished, and stay in the sums. Where few are about, it
 * is doubled again.
 *
 * A pure function of the state and the window, so a state that was read back goes on as the one that was written.
 *
 * @param windowStart - ms since the epoch
 */
export function nextUnits(
  before: KeyedUnits,
  {
    window,
    windowStart,
    max,
  }: { readonly window: WindowKeys; readonly windowStart: number; readonly max: number },
): UnitsStep {
  const hour = Math.floor(windowStart / hourMs);
  const units = new Map<number, Unit>();
  let { below } = before;
  let earlier = noUnits;
  let today = noUnits;
  const keepBelow = (bound: number): void => {
    below = bound;
    for (const [key, unit] of units) {
      if (key < bound) continue;
      units.delete(key);
      today = addUnit(today, unit.outcomes);
    }
  };

  const isNewDay = dayOfHour(hour) !== dayOfHour(before.hour);
  for (const [at, [key, outcomes]] of unpack(before).entries()) {
    const isIdle = hour > before.hour || before.idle[at] === true;
    const wasIdle = hour > before.hour + 1 || (hour > before.hour && before.idle[at] === true);
    const unit = { outcomes, isIdle };
    if (isNewDay || wasIdle) earlier = addUnit(earlier, unit.outcomes);
    else units.set(key, unit);
  }
  keepBelow(Math.min(below, window.below));
  const fresh: Outcomes[] = [];
  for (const [key, outcomes] of rising(window.byKey)) {
    if (key >= below) continue;
    const known = units.get(key);
    // What corrects a unit that is finished comes too late for it.
    if (known === undefined && isCorrection(outcomes)) continue;
    if (known?.isIdle !== false) fresh.push(outcomes);
    units.set(key, { outcomes: plus(known?.outcomes ?? noOutcomes, outcomes), isIdle: false });
  }
  while (units.size > max) keepBelow(Math.floor(below / 2));
  if (units.size < max / 4) below = Math.min(allKeys, below * 2);
  const kept = rising(units);
  return {
    after: {
      hour,
      below,
      ...pack(kept.map(([key, { outcomes }]) => [key, outcomes])),
      idle: kept.map(([, { isIdle }]) => isIdle),
      finished: addSums(before.finished, addSums(earlier, today)),
    },
    finished: [
      { day: dayOfHour(before.hour), finished: earlier },
      { day: dayOfHour(hour), finished: today },
    ],
    fresh,
  };
}

/** All units, the unfinished as they stand. */
export function unitsOf(state: KeyedUnits): UnitSums {
  return addSums(state.finished, unfinishedOf(state));
}

export function unfinishedOf(state: KeyedUnits): UnitSums {
  return unpack(state).reduce((sums, [, outcomes]) => addUnit(sums, outcomes), noUnits);
}

function dayOfHour(hour: number): number {
  return Math.floor(hour / hoursOfDay);
}

/** A recovered request was called, and counted, in another window. */
function isCorrection({ deferred, missing }: Outcomes): boolean {
  return deferred < 0 || missing < 0;
}

/** In one order, so that sums of fractions are the same whatever the parts' order. */
function rising<T>(byKey: ReadonlyMap<number, T>): readonly (readonly [number, T])[] {
  return [...byKey].toSorted(([a], [b]) => a - b);
}
