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
  'request-unreadable',
  'not-comparable',
] as const;

export type NotComparedReason = (typeof notComparedReasons)[number];

/** How a deferred request is closed afterwards: the closed list, in the order in which pages show it. */
export const recoveryOutcomes = ['answered', 'dead-lettered'] as const;

export type RecoveryOutcome = (typeof recoveryOutcomes)[number];

/** What a reason says about agreement. */
type Bearing = 'disagreement' | 'missing' | 'outside';

/**
 * How a reason counts: a shadow's failure or timeout is a disagreement; what production failed is outside, for
 * there is nothing to agree with; everything else might have agreed or not, and widens the bounds.
 */
function bearingOf(reason: NotComparedReason): Bearing {
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

export function isBalanced(ledger: Ledger): boolean {
  return (
    ledger.sampled ===
    ledger.compared + notComparedReasons.reduce((sum, reason) => sum + (ledger.notCompared[reason] ?? 0), 0)
  );
}

/** The requests of a ledger by what they say about agreement. */
export interface Bearings {
  /** Requests that count: all sampled but those outside. */
  readonly counted: number;
  /** Of them, how many might have agreed or not. */
  readonly missing: number;
}

export function bearings(ledger: Ledger): Bearings {
  let counted = ledger.sampled;
  let missing = 0;
  for (const reason of notComparedReasons) {
    const count = ledger.notCompared[reason] ?? 0;
    const bearing = bearingOf(reason);
    if (bearing === 'outside') counted -= count;
    if (bearing === 'missing') missing += count;
  }
  return { counted, missing };
}
