import type { ReadyLane } from '@understudy/streams';
import { callInPlace } from './call-in-place.ts';
import type { ShadowCaller } from './call-shadow.ts';
import type { Decision } from './decide.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import { type Outcome, outcomeOf, refused } from './outcome.ts';
import type { OrderedSessions } from './sessions/ordered-sessions.ts';
import type { TurnResult } from './sessions/session-line.ts';

/** A decision whose outcome is not known yet, or not to be known before its turn. */
export type OpenDecision = Exclude<Decision, { readonly kind: 'finished' }>;

export interface CarryOutOptions {
  readonly lane: ReadyLane;
  readonly caller: Pick<ShadowCaller, 'call'>;
  /** Null: the lane's sessions are not ordered. */
  readonly sessions: OrderedSessions | null;
  readonly metrics: Pick<LaneMetrics, 'retried'>;
  readonly closed: AbortSignal;
}

/** Calls the shadow about one request: at once, or in its turn among those of its session. @param timeMs log time at it */
export async function carryOut(
  decision: OpenDecision,
  timeMs: number,
  options: CarryOutOptions,
): Promise<Outcome> {
  const { session } = decision;
  if (session === null || options.sessions === null) return (await calledFor(decision, options)).outcome;
  return options.sessions.inTurn(session, {
    timeMs,
    call: () => calledFor(decision, options),
    refused: (how) => (decision.kind === 'missed' ? decision.outcome : refused(decision.tried, how)),
  });
}

async function calledFor(
  decision: OpenDecision,
  { lane, caller, metrics, closed }: CarryOutOptions,
): Promise<TurnResult> {
  if (decision.kind === 'missed') return { outcome: decision.outcome, tookMs: 0 };
  const { tried, request } = decision;
  const { attempts, pauseMs } = lane.shadow.retry;
  const called = await callInPlace(caller, {
    request,
    attemptsBefore: tried.before?.attempts ?? 0,
    attempts: tried.before === null ? attempts : 1,
    pauseMs,
    closed,
    onRetry: () => metrics.retried('in-place'),
  });
  return { outcome: outcomeOf(tried, called), tookMs: called?.tookMs ?? 0 };
}
