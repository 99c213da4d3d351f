/** The table of rules in docs/alerts.md says what the code says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type Config, parseConfig } from '@understudy/config';
import { alertRules } from '@understudy/domain';
import { Sums } from '../sums.ts';
import { laneWatch } from './watch-lane.ts';

const page = readFileSync(new URL('../../../../docs/alerts.md', import.meta.url), 'utf8');

interface Row {
  readonly rule: string;
  readonly firesWhen: string;
  readonly settings: string;
  readonly evidence: string;
  readonly whatToDo: string;
}

const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => {
    const [, rule = '', firesWhen = '', settings = '', evidence = '', whatToDo = ''] = line
      .split('|')
      .map((cell) => cell.trim());
    return { rule: codeIn(rule).join(), firesWhen, settings, evidence, whatToDo };
  });

function codeIn(cell: string): readonly string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
}

/** A config that sets what the table names, each to what the table says. */
function configWith(settings: readonly string[]): Config {
  const experimentAlerts: Record<string, Record<string, unknown>> = {};
  const alerts: Record<string, unknown> = {};
  for (const setting of settings) {
    const [path = '', value = ''] = setting.split(': ');
    const [section = '', key = ''] = path.split('.');
    const given = Number.isNaN(Number(value)) ? value : Number(value);
    if (section === 'alerts') alerts[key] = given;
    else (experimentAlerts[section] ??= {})[key] = given;
  }
  const experiment = {
    name: 'e',
    route: { path: '/' },
    production: { url: 'http://production' },
    shadows: [{ name: 's', url: 'http://shadow' }],
    comparison: { kind: 'json' },
    alerts: experimentAlerts,
  };
  const kafka = { brokers: ['127.0.0.1:9092'] };
  const text = JSON.stringify({ kafka, registry: { url: 'http://r' }, alerts, experiments: [experiment] });
  return parseConfig({ text, file: 'understudy.yaml', env: {} });
}

test('every rule has a row, in the order of the code', () => {
  assert.deepEqual(
    rows.map(({ rule }) => rule),
    alertRules,
  );
  assert.ok(rows.every(({ firesWhen, whatToDo }) => firesWhen !== '' && whatToDo !== ''));
});

test('the defaults are those of the config, and none is left out', () => {
  const settings = rows.flatMap((row) => codeIn(row.settings));
  assert.deepEqual(configWith(settings), configWith([]));
  const { resolveAfter: _, ...sections } = configWith([]).experiments[0]?.alerts ?? {};
  const all = Object.entries(sections).flatMap(([section, of]) =>
    Object.keys(of).map((key) => `${section}.${key.replace(/Ms$/, '')}`),
  );
  const named = settings.map((setting) => setting.split(': ')[0] ?? '');
  assert.deepEqual(named.filter((path) => !path.startsWith('alerts.')).toSorted(), all.toSorted());
});

test('the evidence is what the rules give', () => {
  const [experiment] = configWith(['divergence.min: 0.01']).experiments;
  assert.ok(experiment);
  const { rules } = laneWatch('l', experiment, { falseAlarmsMs: 60_000, link: null });
  const sums = new Sums().toRecord(null);
  for (const rule of rules) {
    const { numbers } = rule.judge({ windowStart: 0, windowEnd: 1, sums, running: sums, fresh: [] }, 0);
    const row = rows.find(({ rule: name }) => name === rule.name);
    assert.deepEqual(codeIn(row?.evidence ?? '').toSorted(), Object.keys(numbers).toSorted(), rule.name);
  }
  assert.equal(rules.length, alertRules.length - 1, 'all but stalled, which is no window’s');
});
