/** Why a sampled request was not compared: the closed list, in the order in which pages show it. */
export const notComparedReasons = [
  'missing-production-response',
  'production-failed',
  'production-timed-out',
  'shadow-failed',
  'shadow-timed-out',
  'shadow-deferred',
  'shadow-dead-lettered',
  'shadow-shed',
  'shadow-skipped',
  'session-broken',
  'request-unreadable',
  'not-comparable',
] as const;

export type NotComparedReason = (typeof notComparedReasons)[number];

/** Why a shadow skips the rest of an ordered session; a reason of its own, for it says what came before. */
export const sessionBroken = 'session-broken';

/** How a deferred request is closed afterwards: the closed list, in the order in which pages show it. */
export const recoveryOutcomes = ['answered', 'dead-lettered'] as const;

export type RecoveryOutcome = (typeof recoveryOutcomes)[number];

/**
 * Why a deferred request that was answered afterwards was not compared all the same: the closed list, in the order in
 * which pages show it.
 */
export const notCorrectedReasons: readonly [
  'recovered-before',
  'beyond-retention',
  ...typeof notComparedReasons,
] = ['recovered-before', 'beyond-retention', ...notComparedReasons];

export type NotCorrectedReason = (typeof notCorrectedReasons)[number];

/** What a reason says about agreement. */
export type Bearing = 'disagreement' | 'missing' | 'outside';

/**
 * How a reason counts: a shadow's failure or timeout is a disagreement; what production failed is outside, for
 * there is nothing to agree with; everything else might have agreed or not, and widens the bounds.
 */
export function bearingOf(reason: NotComparedReason): Bearing {
  switch (reason) {
    case 'shadow-failed':
    case 'shadow-timed-out':
    case 'shadow-dead-lettered':
      return 'disagreement';
    case 'production-failed':
    case 'production-timed-out':
      return 'outside';
    case 'missing-production-response':
    case 'shadow-deferred':
    case 'shadow-shed':
    case 'shadow-skipped':
    case 'session-broken':
    case 'request-unreadable':
    case 'not-comparable':
      return 'missing';
  }
}

/** Where every sampled request went: `sampled = compared + the sum of notCompared`. */
export interface Ledger {
  readonly sampled: number;
  readonly compared: number;
  readonly notCompared: Readonly<Partial<Record<NotComparedReason, number>>>;
}

/** Whether everything sampled is somewhere, and nothing less than never. */
export function isBalanced(ledger: Ledger): boolean {
  const counts = notComparedReasons.map((reason) => ledger.notCompared[reason] ?? 0);
  return (
    counts.every((count) => count >= 0) &&
    ledger.sampled === ledger.compared + counts.reduce((sum, count) => sum + count, 0)
  );
}

/** What became of deferred requests that were answered afterwards. */
export interface Corrections {
  readonly compared: number;
  readonly notCompared: Readonly<Partial<Record<NotCorrectedReason, number>>>;
}

/**
 * The ledger of a run when its recovered requests are compared: each compared one moves from `shadow-deferred`, which
 * is where every request is that can be recovered, to `compared`. So the run balances as its windows do:
 *
 *     sampled = (compared + corrected) + (shadow-deferred - corrected) + every other reason
 *
 * and no more can have been corrected than were deferred.
 */
export function correctedLedger(
  { sampled, compared, notCompared }: Ledger,
  corrections: Corrections,
): Ledger {
  if (corrections.compared === 0) return { sampled, compared, notCompared };
  const { 'shadow-deferred': wereDeferred = 0, ...others } = notCompared;
  const deferred = wereDeferred - corrections.compared;
  return {
    sampled,
    compared: compared + corrections.compared,
    notCompared: deferred === 0 ? others : { ...others, 'shadow-deferred': deferred },
  };
}

/**
 * Whether every recovery with an answer was judged once: `answered = compared + the sum of notCompared`. Fewer may have
 * been judged: an older version counted recoveries and compared none.
 */
export function areBalanced(corrections: Corrections, answered: number): boolean {
  const counts = notCorrectedReasons.map((reason) => corrections.notCompared[reason] ?? 0);
  return counts.reduce((sum, count) => sum + count, corrections.compared) <= answered;
}
