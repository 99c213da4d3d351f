import { parseConfig } from '@understudy/config';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placesText } from './places.ts';

const config = parseConfig({
  text: `
kafka: { brokers: ['127.0.0.1:9092'] }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://production' }
    shadows: [{ name: a, url: 'http://a' }, { name: b, url: 'http://b/v2' }]
    comparison: { kind: class, label: /decision }
`,
  file: 'understudy.yaml',
  env: {},
});

const places = {
  gateway: 'http://127.0.0.1:8080',
  console: 'http://127.0.0.1:8090',
  kafka: '127.0.0.1:9092',
  registry: 'http://127.0.0.1:8081',
  logs: 'logs',
};

test('where callers send to, what happens to their requests, where to look', () => {
  assert.equal(
    placesText({ kind: 'local', config, folder: 'ours/.understudy' }, places),
    `  mortgage  POST http://127.0.0.1:8080/predict in place of http://production/predict; copies go to a (http://a/predict), b (http://b/v2/predict)
  findings  http://127.0.0.1:8090/
  Kafka     127.0.0.1:9092, its data in ours/.understudy
  registry  http://127.0.0.1:8081
  logs      logs
`,
  );
});

test('a Kafka that the config names keeps its data where it does', () => {
  assert.match(placesText({ kind: 'named', config }, places), /^ {2}Kafka {5}127\.0\.0\.1:9092$/m);
});
