import type { Stage, StandingStage } from '@understudy/streams';
import { alertIdentity } from '../alert-record.ts';

/** The alert's identity, and the window that could not be closed, ms since the epoch. */
interface Stall {
  readonly identity: string;
  readonly windowStart: number;
}

/** A stall that was announced and has not been resolved. */
export interface FiringStall extends Stall {
  readonly reason: string;
}

/** How long each stage may stand while something waits for it, ms. */
export type StandingLimits = Readonly<Record<Stage, number>>;

export type StallChange =
  | (Stall & { readonly change: 'begins'; readonly stalled: readonly StandingStage[] })
  | (Stall & { readonly change: 'ends' });

/**
 * Whether a stall begins or ends. It begins when a stage has stood for too long, and ends when the lane's time has moved:
 * nobody who has something to do is at that window any more. So a watcher that was just started, and has seen nobody
 * stand yet, doesn't end it.
 */
export function stallChange(
  lane: string,
  standing: readonly StandingStage[],
  { firing, limits }: { readonly firing: FiringStall | null; readonly limits: StandingLimits },
): StallChange | null {
  if (firing !== null) {
    const isOver = standing.every(({ window }) => window > firing.windowStart);
    const { identity, windowStart } = firing;
    return isOver ? { change: 'ends', identity, windowStart } : null;
  }
  const stalled = standing.filter(({ stage, forMs }) => forMs >= limits[stage]);
  if (stalled.length === 0) return null;
  const windowStart = Math.min(...stalled.map(({ window }) => window));
  const identity = alertIdentity(lane, 'stalled', windowStart);
  return { change: 'begins', identity, windowStart, stalled };
}
