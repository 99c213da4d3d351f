import { bearingOf, type NotComparedReason } from '@understudy/domain';
import type { Judgement } from '../judge.ts';
import { noOutcomes, type Outcomes } from './outcomes.ts';

export interface CallLatency {
  /** Of the shadow's answer; null: none. */
  readonly latencyMs: number | null;
  /** Within which it counts as in time. */
  readonly limitMs: number | 'off';
}

/** What one judged request counts as; null: production gave no answer, so there was nothing to agree with. */
export function outcomesOf(judgement: Judgement, { latencyMs, limitMs }: CallLatency): Outcomes | null {
  const isInTime = limitMs !== 'off' && latencyMs !== null && latencyMs <= limitMs;
  const answered = { ...noOutcomes, answered: 1, inTime: isInTime ? 1 : 0 };
  if (judgement.outcome === 'compared') {
    return { ...answered, compared: 1, agreed: judgement.comparison.outcome === 'agree' ? 1 : 0 };
  }
  switch (bearingOf(judgement.reason)) {
    case 'outside':
      return null;
    case 'disagreement':
      return { ...noOutcomes, failed: 1 };
    case 'missing':
      return { ...(wasAnswered(judgement.reason) ? answered : noOutcomes), ...missing(judgement.reason) };
  }
}

function wasAnswered(reason: NotComparedReason): boolean {
  return reason === 'not-comparable';
}

function missing(reason: NotComparedReason): Pick<Outcomes, 'deferred' | 'missing'> {
  return { deferred: reason === 'shadow-deferred' ? 1 : 0, missing: 1 };
}

/**
 * What a recovered request counts as: it was deferred, and missing, where it was counted first. An answer that came with
 * another call is not in time. Null: it stays missing.
 */
export function correctionOf(judgement: Judgement): Outcomes | null {
  const outcomes = outcomesOf(judgement, { latencyMs: null, limitMs: 'off' });
  if (outcomes === null || outcomes.answered === 0) return null;
  return { ...outcomes, deferred: -1, missing: outcomes.missing - 1 };
}
