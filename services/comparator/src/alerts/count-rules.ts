import type { ExperimentAlertsConfig } from '@understudy/config';
import {
  areBalanced,
  correctedLedger,
  isBalanced,
  type Ledger,
  type NotComparedReason,
  notComparedReasons,
  sessionBroken,
} from '@understudy/domain';
import { type WindowFacts, type WindowRule, withCommas } from './window-rule.ts';

/** Requests that should have had an answer of the shadow's, and have none. */
const unanswered: readonly NotComparedReason[] = notComparedReasons.filter(
  (reason) => reason.startsWith('shadow-') || reason === sessionBroken,
);

/** The rules that count windows and need no statistics. */
export function countRules({ silent }: ExperimentAlertsConfig): readonly WindowRule[] {
  return silent.windows === 'off' ? [ledgerRule] : [silentRule(silent.windows), ledgerRule];
}

/** Requests are sampled, and the shadow answers none of them. A window in which nothing was asked says nothing. */
function silentRule(fireAfter: number): WindowRule {
  return {
    name: 'shadow-silent',
    limit: null,
    fireAfter,
    judge: ({ sums: { ledger } }) => {
      const { sampled, compared, notCompared } = ledger;
      const answered = compared + (notCompared['not-comparable'] ?? 0);
      const without = unanswered.reduce((sum, reason) => sum + (notCompared[reason] ?? 0), 0);
      const reasons = Object.fromEntries(
        unanswered.flatMap((reason) =>
          notCompared[reason] === undefined ? [] : [[reason, notCompared[reason]]],
        ),
      );
      return {
        outcome: answered > 0 ? 'good' : without > 0 ? 'bad' : 'unclear',
        evidence: 0,
        reason: `${withCommas(answered)} of ${withCommas(answered + without)} requests were answered by the shadow`,
        numbers: { sampled, answered, unanswered: without, ...reasons },
      };
    },
  };
}

/** A request is missing from the books, or twice in them: a fault of Understudy itself. Always on. */
const ledgerRule: WindowRule = {
  name: 'ledger',
  limit: null,
  fireAfter: 1,
  judge: ({ sums, running }) => {
    const { sampled, compared } = sums.ledger;
    const notCompared = named(sums.ledger);
    const imbalance = imbalanceOf({ sums, running });
    return {
      outcome: imbalance === null ? 'good' : 'bad',
      evidence: 0,
      reason: imbalance ?? ledgerText(sums.ledger),
      numbers: { sampled, compared, notCompared, corrected: sums.corrections.compared },
    };
  },
};

/** Null: window and run balance. */
function imbalanceOf({ sums, running }: Pick<WindowFacts, 'sums' | 'running'>): string | null {
  if (!isBalanced(sums.ledger)) return ledgerText(sums.ledger);
  const answered = sums.recovered['answered'] ?? 0;
  const { compared, notCompared } = sums.corrections;
  if (!areBalanced(sums.corrections, answered)) {
    const judged = Object.values(notCompared).reduce((a, b) => a + b, compared);
    return `${withCommas(answered)} answered later, and ${withCommas(judged)} of them judged`;
  }
  if (isBalanced(correctedLedger(running.ledger, running.corrections))) return null;
  const deferred = withCommas(running.ledger.notCompared['shadow-deferred'] ?? 0);
  const corrected = withCommas(running.corrections.compared);
  return `since the run began ${ledgerText(running.ledger)}; ${deferred} deferred, and ${corrected} of them corrected`;
}

function ledgerText(ledger: Ledger): string {
  const { sampled, compared } = ledger;
  return `${withCommas(sampled)} sampled, and ${withCommas(compared)} compared + ${withCommas(named(ledger))} with a reason`;
}

function named({ notCompared }: Ledger): number {
  return notComparedReasons.reduce((sum, reason) => sum + (notCompared[reason] ?? 0), 0);
}
