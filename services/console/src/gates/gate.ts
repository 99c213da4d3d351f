import type { Run } from '@understudy/schemas-avro';
import type { LaneView } from '../views.ts';

/** A verdict for a machine that acts on it. */
export interface GateView {
  readonly lane: string;
  readonly verdict: LaneView['verdict'];
  /** Why, in a sentence for a log. */
  readonly reason: string;
  /** End of the newest window that it rests on, ms since the epoch. */
  readonly windowEnd: number;
  /** How long ago that was. */
  readonly ageMs: number;
  readonly agreement: LaneView['agreement'];
  readonly band: string | null;
  readonly needed: LaneView['needed'];
  readonly criteria: readonly { readonly name: string; readonly outcome: string; readonly reason: string }[];
}

export interface GateOptions {
  readonly run: Run | null;
  readonly nowMs: number;
  /** An older verdict of a lane that goes on is not acted on. */
  readonly maxAgeMs: number;
}

/** The verdict, but for one that nobody has confirmed for too long: that is inconclusive, whatever it was. */
export function gateView(view: LaneView, { run, nowMs, maxAgeMs }: GateOptions): GateView {
  const { lane, windowEnd, agreement, band, needed, criteria } = view;
  const ageMs = Math.max(0, nowMs - windowEnd);
  const goesOn = (run?.end ?? null) === null;
  const isStale = goesOn && ageMs > maxAgeMs;
  return {
    lane,
    verdict: isStale ? 'inconclusive' : view.verdict,
    reason: isStale
      ? `its newest window ended ${Math.round(ageMs / 1000)} s ago, and ${Math.round(maxAgeMs / 1000)} s are accepted`
      : (view.recommendation?.text ?? view.verdict),
    windowEnd,
    ageMs,
    agreement,
    band,
    needed,
    criteria: criteria.map(({ name, outcome, reason }) => ({ name, outcome, reason })),
  };
}
