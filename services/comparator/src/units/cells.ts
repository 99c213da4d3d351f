const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const hours = ['00', '06', '12', '18'] as const;
const cellMs = 6 * 3_600_000;
const cellsOfWeek = weekdays.length * hours.length;
/** 1970 began on a Thursday. */
const firstCell = weekdays.indexOf('thu') * hours.length;

/** The quarters of the days of a week, UTC, in the order of their bits. */
export const cellNames: readonly string[] = weekdays.flatMap((day) => hours.map((hour) => `${day}-${hour}`));

/** The bit of the quarter that a time of the log, ms since the epoch, lies in. */
export function cellOf(timeMs: number): number {
  return 1 << ((firstCell + Math.floor(timeMs / cellMs)) % cellsOfWeek);
}
