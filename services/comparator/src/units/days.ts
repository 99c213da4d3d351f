import type { DayUnits, UnitSums } from '@understudy/schemas-avro';
import { addSums, noUnits } from './unit-sums.ts';

export const dayMs = 86_400_000;
/** Days whose finished units are told apart: the newest, and the week before it. */
const daysKept = 8;

/** Adds what a window has finished to its days; those before the last week are dropped. */
export function nextDays(before: readonly DayUnits[], finished: readonly DayUnits[]): readonly DayUnits[] {
  const days = new Map(before.map((day) => [day.day, day.finished]));
  for (const { day, finished: sums } of finished)
    if (sums !== noUnits) days.set(day, addSums(days.get(day) ?? noUnits, sums));
  const newest = Math.max(...finished.map(({ day }) => day));
  return [...days]
    .filter(([day]) => day > newest - daysKept)
    .toSorted(([a], [b]) => a - b)
    .map(([day, sums]) => ({ day, finished: sums }));
}

/** The units of so many days up to the given one, those that are not finished among the last day's. */
export function unitsSince(
  days: readonly DayUnits[],
  {
    from,
    until,
    unfinished,
  }: { readonly from: number; readonly until: number; readonly unfinished: UnitSums },
): UnitSums {
  const finished = days.filter(({ day }) => day >= from && day <= until);
  return finished.reduce((sums, { finished: of }) => addSums(sums, of), unfinished);
}
