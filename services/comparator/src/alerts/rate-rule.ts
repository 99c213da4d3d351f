import type { AlertRule } from '@understudy/domain';
import { rateEvidence, type RateEvidenceArgs, wilsonInterval } from '@understudy/statistics';
import { type Finding, percent, type WindowFacts, type WindowRule, withCommas } from './window-rule.ts';

/** The requests of a window that a rate is about, and the words for it. */
export interface Counted {
  readonly events: number;
  readonly trials: number;
  /** Completes the sentence `14.0% of 1,226 …`. */
  readonly what: string;
  /** More of the numbers behind it. */
  readonly numbers?: Readonly<Record<string, unknown>>;
}

export interface RateRuleOptions {
  readonly name: AlertRule;
  readonly limit: number;
  readonly side: RateEvidenceArgs['side'];
  /** The evidence at which it fires. */
  readonly alarmAt: number;
  readonly count: (window: WindowFacts) => Counted;
}

/**
 * A rule about a rate: it fires when the evidence that the rate is beyond its limit reaches the alarm. Evidence does not
 * grow further then, however long it lasts, so that the end is found as fast as the beginning; half of it is gone
 * before a window speaks for the end, so that a rate near its limit does not make the alert come and go.
 */
export function rateRule({ name, limit, side, alarmAt, count }: RateRuleOptions): WindowRule {
  function judge(window: WindowFacts, before: number): Finding {
    const { events, trials, what, numbers } = count(window);
    const evidence = Math.min(alarmAt, rateEvidence({ before, events, trials, limit, side }));
    const { lower, upper } = wilsonInterval({ successes: events, trials, confidence: 0.95 });
    const rate = trials === 0 ? null : events / trials;
    return {
      outcome: trials === 0 ? 'unclear' : outcomeOf(evidence, alarmAt),
      evidence,
      reason: `${rate === null ? 'none' : percent(rate)} of ${withCommas(trials)} ${what}; ${sides[side]} ${percent(limit)} are in order`,
      numbers: { events, trials, rate, lower, upper, limit, evidence, alarmAt, ...numbers },
    };
  }
  return { name, limit, fireAfter: 1, judge };
}

const sides = { above: 'up to', below: 'no less than' } as const;

function outcomeOf(evidence: number, alarmAt: number): Finding['outcome'] {
  if (evidence >= alarmAt) return 'bad';
  return evidence < alarmAt / 2 ? 'good' : 'unclear';
}
