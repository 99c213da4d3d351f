import type { AlertRule } from '@understudy/domain';
import type { Alert, RuleState } from '@understudy/schemas-avro';
import { evidenceText } from './alert-record.ts';

/** An alert that subscribers were told of and that has not ended for them. */
export interface ToldAlert {
  readonly rule: AlertRule;
  readonly identity: string;
  /** Start of the window that began it, ms since the epoch. */
  readonly since: number;
}

/**
 * Windows that are judged again change no alert: subscribers know what came of them. When the last of those windows has
 * passed, only what is different from what they were told is said.
 */
export interface Silence {
  /** End of the last window that was judged before, ms since the epoch. */
  readonly until: number;
  readonly told: readonly ToldAlert[];
}

export function toldAlerts(states: readonly RuleState[]): readonly ToldAlert[] {
  return states.flatMap(({ rule, firing }) =>
    firing === null ? [] : [{ rule: rule as AlertRule, identity: firing.identity, since: firing.since }],
  );
}

export interface AfterSilence {
  readonly lane: string;
  readonly link: string | null;
  /** Of the window with which the silence ends. */
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Of all rules, after that window. */
  readonly states: readonly RuleState[];
}

/** What has to be said when a silence is over: what ended in it, then what began. */
export function alertsAfter({ told }: Silence, after: AfterSilence): readonly Alert[] {
  const { lane, link, windowStart, windowEnd, states } = after;
  const evidence = evidenceText({ windowEnd });
  const firing = states.flatMap((state) =>
    state.firing === null ? [] : [{ rule: state.rule, ...state.firing }],
  );
  const ended = told.filter(({ identity }) => firing.every((alert) => alert.identity !== identity));
  const begun = firing.filter(({ identity }) => told.every((alert) => alert.identity !== identity));
  return [
    ...ended.map(({ rule, identity }): Alert => {
      const reason = 'its windows were judged again, and it is not firing after them';
      return { identity, lane, rule, state: 'resolved', windowStart, reason, evidence, link };
    }),
    ...begun.map(({ rule, identity, since, reason }): Alert => ({
      identity,
      lane,
      rule,
      state: 'firing',
      windowStart: since,
      reason: `found when its windows were judged again: ${reason}`,
      evidence,
      link,
    })),
  ];
}
