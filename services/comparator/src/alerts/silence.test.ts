import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RuleState } from '@understudy/schemas-avro';
import { alertsAfter, toldAlerts } from './silence.ts';

function state(rule: string, identity: string | null): RuleState {
  const firing = identity === null ? null : { identity, since: 5_000, reason: 'too many differ' };
  return { rule, limit: 0.1, evidence: 0, streak: 0, firing };
}

function saidAfter(before: readonly RuleState[], states: readonly RuleState[]): string[] {
  const silence = { until: 20_000, told: toldAlerts(before) };
  const after = { lane: 'l', link: null, windowStart: 15_000, windowEnd: 20_000, states };
  return alertsAfter(silence, after).map((alert) => `${alert.identity} ${alert.state} ${alert.windowStart}`);
}

test('what subscribers know is not said again', () => {
  const states = [state('divergence', 'a'), state('errors', null)];
  assert.deepEqual(saidAfter(states, states), []);
});

test('what is different after windows were judged again is said once', () => {
  assert.deepEqual(
    saidAfter(
      [state('divergence', 'a'), state('errors', null), state('latency', 'c')],
      [state('divergence', null), state('errors', 'b'), state('latency', 'd')],
    ),
    ['a resolved 15000', 'c resolved 15000', 'b firing 5000', 'd firing 5000'],
  );
});
