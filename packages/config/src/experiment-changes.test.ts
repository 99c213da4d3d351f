import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalWith, minimalYaml, parse } from '../test/minimal.ts';
import { experimentChanges } from './index.ts';

function changesTo(text: string): string[] {
  const [before, after] = [minimalYaml, text].map((each) => parse(each).experiments[0]);
  assert.ok(before && after);
  return experimentChanges(before, after).map((change) =>
    [change.part, change.path, change.before, change.after].join(' '),
  );
}

test('the same experiment has no changes, however it is written', () => {
  assert.deepEqual(changesTo(`${minimalYaml}    window: 10s\n`), []);
});

test('each part of an experiment is told from the others', () => {
  const [judging, acting] = [
    changesTo(`${minimalYaml}    sampling: { rate: 0.5 }\n    keep: { bodyBytes: 8KiB }\n`),
    changesTo(minimalWith('{ name: boosted,', '{ name: boosted, timeout: 2s, breaker: { failures: 3 },')),
  ];
  assert.deepEqual(judging, ['judges keep.bodyBytes 4KiB 8KiB', 'judges sampling.rate 1 0.5']);
  assert.deepEqual(acting, [
    'acts shadows.boosted.breaker.failures 10 3',
    'acts shadows.boosted.timeout 500ms 2s',
  ]);
  assert.deepEqual(changesTo(minimalWith("9001' }", "9101', timeout: 1s }")), [
    'gateway production.url http://127.0.0.1:9001 http://127.0.0.1:9101',
    'judges production.timeout 10s 1s',
  ]);
  assert.deepEqual(changesTo(`${minimalYaml}    session: { header: x-session }\n`), [
    'gateway session.header  x-session',
    'acts session.ordered  false',
    'acts session.maxWaiting  100',
    'acts session.idle  10m',
  ]);
});

test('a console takes from its file how long labels may take', () => {
  assert.deepEqual(changesTo(`${minimalYaml}    labels: { horizon: 30d }\n`), [
    'console labels.horizon 7d 30d',
  ]);
});

test('a margin changes what is asked of segments and of alerts, too, unless they have their own', () => {
  assert.deepEqual(changesTo(`${minimalYaml}    verdict: { agreement: { margin: 0.9 } }\n`), [
    'judges verdict.agreement.margin 0.95 0.9',
    'judges alerts.divergence.max 0.05 0.1',
  ]);
});

test('a shadow that comes or goes goes by its name', () => {
  const shadow = "- { name: boosted, url: 'http://127.0.0.1:9002' }";
  const both = changesTo(
    minimalWith(shadow, `${shadow}\n      - { name: other, url: 'http://127.0.0.1:9003' }`),
  );
  assert.ok(
    both.length > 5 && both.every((change) => change.startsWith('acts shadows.other.')),
    both.join('\n'),
  );
  const segments = changesTo(`${minimalYaml}    segments: [{ field: /age, values: ['1', '2'] }]\n`);
  assert.deepEqual(
    segments.filter((change) => change.includes('values')),
    ['judges segments.age.values  ["1","2"]'],
  );
});
