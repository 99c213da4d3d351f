import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import type { Alert } from '@understudy/schemas-avro';
import { LaneAlerts } from './alerts.ts';

function alert(identity: string, state: Alert['state'], windowStart = 0): Alert {
  const lane = 'mortgage.boosted.live';
  return {
    identity,
    lane,
    rule: 'divergence',
    state,
    windowStart,
    reason: 'too many',
    evidence: '{}',
    link: null,
  };
}

function identitiesOf(alerts: LaneAlerts): readonly [firing: string[], resolved: string[]] {
  return [alerts.firing.map(({ identity }) => identity), alerts.resolved.map(({ identity }) => identity)];
}

suite('the alerts of a lane', () => {
  test('fire until they are resolved; the newest come first', () => {
    const alerts = new LaneAlerts();
    alerts.add(alert('a', 'firing', 1_000));
    alerts.add(alert('b', 'firing', 2_000));
    assert.deepEqual(identitiesOf(alerts), [['b', 'a'], []]);
    alerts.add(alert('a', 'resolved', 3_000));
    assert.deepEqual(identitiesOf(alerts), [['b'], ['a']]);
    assert.deepEqual(alerts.resolved[0], {
      identity: 'a',
      rule: 'divergence',
      since: 3_000,
      reason: 'too many',
    });
  });

  test('a record that comes twice changes nothing', () => {
    const alerts = new LaneAlerts();
    for (const state of ['firing', 'firing', 'resolved', 'resolved'] as const) alerts.add(alert('a', state));
    assert.deepEqual(identitiesOf(alerts), [[], ['a']]);
  });

  test('are bounded on both lists', () => {
    const alerts = new LaneAlerts();
    for (let n = 0; n < 300; n += 1) alerts.add(alert(`f${n}`, 'firing'));
    for (let n = 0; n < 300; n += 1) alerts.add(alert(`r${n}`, 'resolved'));
    const [firing, resolved] = identitiesOf(alerts);
    assert.deepEqual([firing.length, firing[0]], [100, 'f299']);
    assert.deepEqual(resolved, ['r299', 'r298', 'r297', 'r296', 'r295']);
  });
});
