import {
  type Answer as ComparableAnswer,
  type Compared,
  compareAnswers,
  type ComparisonPlan,
  type NotComparableReason,
} from '@understudy/comparison';
import { type NotComparedReason, sessionBroken } from '@understudy/domain';
import type { Answer, ProductionResult, ShadowResponse } from '@understudy/schemas-avro';
import { decodedBody } from './decoded-body.ts';

/** What became of one sampled request: compared, or a named reason why not. */
export type Judgement =
  | {
      readonly outcome: 'compared';
      readonly comparison: Compared;
      readonly production: Answer;
      readonly shadow: Answer;
    }
  | {
      readonly outcome: 'not-compared';
      readonly reason: NotComparedReason;
      /** What could not be compared, and on which side; null for every other reason. */
      readonly notComparable: NotComparableReason | null;
    };

export interface ToJudge {
  /** The request could be read. */
  readonly isReadable: boolean;
  /** Null: missing, its deadline has passed. */
  readonly production: ProductionResult | null;
  readonly shadow: Pick<ShadowResponse, 'status' | 'reason' | 'answer'>;
}

/**
 * Judges one joined entry. Production's side comes first: where users got no answer there is nothing to agree
 * with, whatever the shadow did.
 */
export function judge(plan: ComparisonPlan, { isReadable, production, shadow }: ToJudge): Judgement {
  if (!isReadable) return notCompared('request-unreadable');
  if (production === null) return notCompared('missing-production-response');
  if (production.outcome === 'timed_out') return notCompared('production-timed-out');
  if (production.answer === null || production.answer.status >= 500) return notCompared('production-failed');
  if (shadow.status !== 'answered' || shadow.answer === null) return notCompared(reasonOf(shadow));
  const comparison = compareAnswers(plan, comparable(production.answer), comparable(shadow.answer));
  if (comparison.outcome === 'not-comparable') return notCompared('not-comparable', comparison.reason);
  return { outcome: 'compared', comparison, production: production.answer, shadow: shadow.answer };
}

function notCompared(reason: NotComparedReason, notComparable: NotComparableReason | null = null): Judgement {
  return { outcome: 'not-compared', reason, notComparable };
}

function reasonOf({ status, reason }: ToJudge['shadow']): NotComparedReason {
  switch (status) {
    case 'timed_out':
      return 'shadow-timed-out';
    case 'deferred':
      return 'shadow-deferred';
    case 'dead_lettered':
      return 'shadow-dead-lettered';
    case 'shed':
      return 'shadow-shed';
    case 'skipped':
      return reason === sessionBroken ? sessionBroken : 'shadow-skipped';
    case 'answered':
    case 'failed':
    case null:
      return 'shadow-failed';
  }
}

/** An answer as the comparison takes it. */
export function comparable(answer: Answer): ComparableAnswer {
  const { status, contentType, body, bodySize } = answer;
  return { status, contentType, body: decodedBody(answer), truncated: bodySize > body.length };
}
