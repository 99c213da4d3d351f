import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalWith } from '../test/minimal.ts';
import { explainConfig } from './index.ts';

const text = minimalWith(
  "8081' }",
  "8081', auth: { username: us, password: { env: REGISTRY_PASSWORD } } }\ngateway:\n  captureBytes: 2048KiB",
)
  .replace('comparison:', 'window: 5000ms\n    comparison:')
  .replace("9092']", "9092'], retentionOf: { requests: 24h }")
  // A path that is as long as that of the checkout would move its line.
  .concat('console: { store: { path: memory } }\n');

const explained = explainConfig({ text, file: 'understudy.yaml', env: { REGISTRY_PASSWORD: 'hunter2' } });

/** Path, value and origin of every line. */
const rows = new Map(
  explained
    .trimEnd()
    .split('\n')
    .map((line) => line.split(/ {2,}/))
    .map(([path = '', value, origin]) => [path, [value, origin]]),
);

test('every value tells where it came from', () => {
  assert.deepEqual(rows.get('kafka.brokers'), ['127.0.0.1:9092', 'understudy.yaml:2']);
  assert.deepEqual(rows.get('kafka.retention'), ['7d', 'default']);
  assert.deepEqual(rows.get('kafka.retentionOf.requests'), ['1d', 'understudy.yaml:2']);
  assert.deepEqual(rows.get('registry.auth.username'), ['us', 'understudy.yaml:3']);
  assert.deepEqual(rows.get('registry.auth.password'), [
    '[secret REGISTRY_PASSWORD]',
    'environment REGISTRY_PASSWORD',
  ]);
  assert.deepEqual(rows.get('gateway.captureBytes'), ['2MiB', 'understudy.yaml:5']);
  assert.deepEqual(rows.get('invoker.port'), ['off', 'default']);
  assert.deepEqual(rows.get('experiments[0].window'), ['5s', 'understudy.yaml:12']);
  assert.deepEqual(rows.get('experiments[0].sampling.salt'), ['mortgage', 'default']);
  assert.deepEqual(rows.get('experiments[0].shadows[0].retry.delays'), ['30s, 5m', 'default']);
  assert.deepEqual(rows.get('experiments[0].shadows[0].timeout'), ['500ms', 'default']);
  assert.deepEqual(rows.get('experiments[0].shadows[0].name'), ['boosted', 'understudy.yaml:11']);
});

test('secrets are hidden', () => {
  assert.doesNotMatch(explained, /hunter2/);
});

test('columns are aligned', () => {
  const starts = explained
    .trimEnd()
    .split('\n')
    .map((line) => line.search(/ (default|understudy\.yaml:|environment )/));
  const common = starts.toSorted((a, b) => a - b)[0];
  // Only the line with the list of redacted headers is longer than a column may be.
  assert.equal(starts.filter((start) => start !== common).length, 1);
});
