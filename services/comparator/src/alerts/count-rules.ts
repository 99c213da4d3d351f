import type { ExperimentAlertsConfig } from '@understudy/config';
import { isBalanced, type NotComparedReason, notComparedReasons } from '@understudy/domain';
import { type WindowRule, withCommas } from './window-rule.ts';

/** Requests that should have had an answer of the shadow's, and have none. */
const unanswered: readonly NotComparedReason[] = notComparedReasons.filter((reason) =>
  reason.startsWith('shadow-'),
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
  judge: ({ sums: { ledger } }) => {
    const { sampled, compared, notCompared } = ledger;
    const named = notComparedReasons.reduce((sum, reason) => sum + (notCompared[reason] ?? 0), 0);
    return {
      outcome: isBalanced(ledger) ? 'good' : 'bad',
      evidence: 0,
      reason: `${withCommas(sampled)} sampled, and ${withCommas(compared)} compared + ${withCommas(named)} with a reason`,
      numbers: { sampled, compared, notCompared: named },
    };
  },
};
