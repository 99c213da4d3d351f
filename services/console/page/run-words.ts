import type { RunView } from '../src/views.ts';

/** Runs over the past in words. */

/** `last-week`, `mortgage, boosted` */
export function laneWords(lane: string): { readonly name: string; readonly of: string } {
  const [experiment = '', shadow = '', run = lane] = lane.split('.');
  return { name: run, of: `${experiment}, ${shadow}` };
}

/** `24 Nov 2026, 08:00:00 to 09:00:00`, in the reader's own time zone. */
export function rangeWords({ start, end }: Pick<RunView, 'start' | 'end'>): string {
  if (end === null) return `from ${day(start)}, ${clockOf(start)}`;
  const until = day(start) === day(end) ? clockOf(end) : `${day(end)}, ${clockOf(end)}`;
  return `${day(start)}, ${clockOf(start)} to ${until}`;
}

/** `running as recorded`, `paused, 5x as recorded`, `judges again what live has called, ended` */
export function stateWords({ kind, state, speed, source }: RunView): string {
  if (kind === 'rejudge') return `${state}; judges what ${source?.split('.')[2] ?? ''} has called`;
  if (state === 'ended' || state === 'cancelled') return state;
  if (speed === null) return `${state}, as fast as its limits allow`;
  return speed === 1 ? `${state}, as recorded` : `${state}, ${speed}x as recorded`;
}

/** The command that compares the run with the live one, request by request. */
export function compareHint({ lane }: Pick<RunView, 'lane'>): string {
  return `understudy replay compare ${lane}`;
}

function day(timeMs: number): string {
  return new Date(timeMs).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

function clockOf(timeMs: number): string {
  return new Date(timeMs).toLocaleTimeString('en-GB');
}
