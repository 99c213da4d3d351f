import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalYaml, parse } from '../test/minimal.ts';
import { alertsHash, keepHash } from './index.ts';

function hashesOf(addition: string, { isOn = true, top = '' } = {}): readonly [keep: string, alerts: string] {
  const { experiments, alerts } = parse(`${top}${minimalYaml}${addition}`);
  const [experiment] = experiments;
  assert.ok(experiment);
  return [keepHash(experiment), alertsHash(experiment, alerts, isOn)];
}

const [keep, alerts] = hashesOf('');

test('what is kept and what is alerted on have a hash of their own each', () => {
  assert.match(keep, /^[0-9a-f]{16}$/);
  const [otherKeep, sameAlerts] = hashesOf('    keep: { bodyBytes: 1KiB }');
  assert.deepEqual([otherKeep === keep, sameAlerts === alerts], [false, true]);
  const others = [
    hashesOf('    alerts: { resolveAfter: 5 }'),
    hashesOf('    alerts: { divergence: { max: 0.5 } }'),
    hashesOf('', { top: 'alerts: { falseAlarms: 1d }\n' }),
    hashesOf('', { isOn: false }),
  ];
  assert.ok(others.every(([of]) => of === keep));
  assert.equal(new Set([alerts, ...others.map(([, of]) => of)]).size, 5);
});

test('where there are no rules, it does not matter which there would be', () => {
  assert.deepEqual(
    hashesOf('', { isOn: false }),
    hashesOf('    alerts: { resolveAfter: 5 }', { isOn: false }),
  );
});
