import type { WindowReport } from './verify-steps.ts';

/** How many reports came out how. */
export type Outcomes = Readonly<Record<WindowReport['outcome'], number>>;

export const noOutcomes: Outcomes = { same: 0, differs: 0, untellable: 0 };

export function withOutcome(outcomes: Outcomes, { outcome }: Pick<WindowReport, 'outcome'>): Outcomes {
  return { ...outcomes, [outcome]: outcomes[outcome] + 1 };
}

/** 0: all are the same. 1: one differs. 2: of none is known that it differs, and of one it can't be told. */
export function exitCodeOf({ differs, untellable }: Outcomes): number {
  if (differs > 0) return 1;
  return untellable > 0 ? 2 : 0;
}
