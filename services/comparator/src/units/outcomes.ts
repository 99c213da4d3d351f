/**
 * What became of the requests of one key, counted. Those that count for agreement are
 * `compared + failed + missing`; the shadow's calls are `answered + failed + deferred`.
 */
export interface Outcomes {
  readonly compared: number;
  /** Of the compared. */
  readonly agreed: number;
  /** By the shadow, where production had answered; compared or not. */
  readonly answered: number;
  /** Of the answered, within the limit that is set for the shadow's p95; 0 where none is. */
  readonly inTime: number;
  /** Calls that failed, timed out or were given up: a disagreement. */
  readonly failed: number;
  /** Calls that failed and are tried again; they are missing until then. */
  readonly deferred: number;
  /** Of which it isn't known whether they would have agreed. */
  readonly missing: number;
}

/** The order in which they stand in records. */
export const outcomeNames: readonly (keyof Outcomes)[] = [
  'compared',
  'agreed',
  'answered',
  'inTime',
  'failed',
  'deferred',
  'missing',
];

export const noOutcomes: Outcomes = {
  compared: 0,
  agreed: 0,
  answered: 0,
  inTime: 0,
  failed: 0,
  deferred: 0,
  missing: 0,
};

export function plus(a: Outcomes, b: Outcomes): Outcomes {
  return {
    compared: a.compared + b.compared,
    agreed: a.agreed + b.agreed,
    answered: a.answered + b.answered,
    inTime: a.inTime + b.inTime,
    failed: a.failed + b.failed,
    deferred: a.deferred + b.deferred,
    missing: a.missing + b.missing,
  };
}
