import type { Config, ExperimentConfig } from '@understudy/config';
import { alertRules } from '@understudy/domain';
import type { Alert, RuleState } from '@understudy/schemas-avro';
import { alarmEvidence } from '@understudy/statistics';
import { alertIdentity, evidenceText, laneLink } from './alert-record.ts';
import { countRules } from './count-rules.ts';
import { rateRules } from './rate-rules.ts';
import type { Finding, WindowFacts, WindowRule } from './window-rule.ts';

/** How a lane is watched: the same for all its windows. */
export interface LaneWatch {
  readonly lane: string;
  /** Those that are on. */
  readonly rules: readonly WindowRule[];
  /** Good windows in a row after which an alert is resolved. */
  readonly resolveAfter: number;
  readonly link: string | null;
}

export interface LaneWatchOptions extends Pick<Config['alerts'], 'falseAlarmsMs' | 'link'> {
  /** Whether there is any rule at all, as in a replay there may not be; default true. */
  readonly isOn?: boolean;
}

export function laneWatch(
  lane: string,
  experiment: ExperimentConfig,
  { falseAlarmsMs, link, isOn = true }: LaneWatchOptions,
): LaneWatch {
  const alarmAt = alarmEvidence(Math.max(1, falseAlarmsMs / experiment.windowMs));
  const rules = !isOn ? [] : [...rateRules(experiment.alerts, alarmAt), ...countRules(experiment.alerts)];
  return { lane, rules, resolveAfter: experiment.alerts.resolveAfter, link: laneLink(link, lane) };
}

export interface Watched {
  /** Of every rule that is on. */
  readonly states: readonly RuleState[];
  /** Alerts that began or ended in the window, in the order of the rules. */
  readonly alerts: readonly Alert[];
}

/** One window further: a pure function of the states after the window before and what this one holds. */
export function watchWindow(watch: LaneWatch, before: readonly RuleState[], window: WindowFacts): Watched {
  const states: RuleState[] = [];
  const alerts: Alert[] = [];
  for (const rule of watch.rules) {
    const state = resume(rule, before);
    const finding = rule.judge(window, state.evidence);
    const after = next({ rule, state, finding, watch, window });
    states.push(after);
    const changed = after.firing ?? state.firing;
    if (changed === null || (after.firing === null) === (state.firing === null)) continue;
    alerts.push({
      identity: changed.identity,
      lane: watch.lane,
      rule: rule.name,
      state: after.firing === null ? 'resolved' : 'firing',
      windowStart: window.windowStart,
      reason: finding.reason,
      evidence: evidenceText({ ...finding.numbers, windowEnd: window.windowEnd }),
      link: watch.link,
    });
  }
  return { states, alerts: [...alerts, ...switchedOff(watch, before, window)] };
}

/** Evidence against another limit is none against this one. */
function resume({ name, limit }: WindowRule, before: readonly RuleState[]): RuleState {
  const known = before.find(({ rule }) => rule === name);
  if (known === undefined) return { rule: name, limit, evidence: 0, streak: 0, firing: null };
  return known.limit === limit ? known : { ...known, limit, evidence: 0 };
}

interface Step {
  readonly rule: WindowRule;
  readonly state: RuleState;
  readonly finding: Finding;
  readonly watch: LaneWatch;
  readonly window: WindowFacts;
}

/**
 *              fireAfter bad windows in a row
 *     quiet ────────────────────────────────────> firing
 *       ^                                           │
 *       └───────────────────────────────────────────┘
 *              resolveAfter good windows in a row
 */
function next({ rule, state, finding, watch, window }: Step): RuleState {
  const { evidence, outcome, reason } = finding;
  const isFiring = state.firing !== null;
  if (outcome === 'unclear') return { ...state, evidence };
  if (outcome !== (isFiring ? 'good' : 'bad')) return { ...state, evidence, streak: 0 };
  const streak = state.streak + 1;
  if (streak < (isFiring ? watch.resolveAfter : rule.fireAfter)) return { ...state, evidence, streak };
  const since = window.windowStart;
  const firing = isFiring ? null : { identity: alertIdentity(watch.lane, rule.name, since), since, reason };
  return { ...state, evidence, streak: 0, firing };
}

/** An alert of a rule that is no longer on would never end. */
function switchedOff(
  { lane, rules, link }: LaneWatch,
  before: readonly RuleState[],
  { windowStart, windowEnd }: WindowFacts,
): readonly Alert[] {
  return alertRules.flatMap((rule) => {
    const firing = before.find((state) => state.rule === rule)?.firing ?? null;
    if (firing === null || rules.some(({ name }) => name === rule)) return [];
    const { identity } = firing;
    const evidence = evidenceText({ windowEnd });
    return [
      {
        identity,
        lane,
        rule,
        state: 'resolved',
        windowStart,
        reason: 'the rule was switched off',
        evidence,
        link,
      },
    ];
  });
}
