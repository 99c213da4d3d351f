import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '@understudy/config';
import { laneTopicSpecs, sharedTopicSpecs } from './topic-specs.ts';

const config = parseConfig({
  text: `
kafka: { brokers: ['127.0.0.1:9092'], retention: 2d, retentionOf: { requests: 12h, comparisons: 30d, alerts: 365d } }
registry: { url: 'http://127.0.0.1:8081' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:9001' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:9002' }]
    comparison: { kind: class, label: /decision }
`,
  file: 'understudy.yaml',
  env: {},
});
const shadow = config.experiments[0]?.shadows[0];
assert.ok(shadow);
const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
const hourMs = 3_600_000;

const configsOf = new Map(
  [...sharedTopicSpecs(config), ...laneTopicSpecs(config, lane, shadow)].map(({ topic, configs }) => [
    topic,
    configs,
  ]),
);

test('each kind of topic is kept for its own time, or else for the general one', () => {
  const hoursOf = (topic: string): number =>
    Number(configsOf.get(`understudy.${topic}`)?.['retention.ms']) / hourMs;
  assert.equal(hoursOf('requests'), 12);
  assert.equal(hoursOf('production-responses'), 48);
  assert.equal(hoursOf('shadow-responses.mortgage.boosted.live'), 48);
  assert.equal(hoursOf('shadow-retries.mortgage.boosted.live.5m'), 48);
  assert.equal(hoursOf('comparisons.mortgage.boosted.live'), 720);
  assert.equal(hoursOf('divergence'), 48);
});

test('a segment is closed after a seventh of the time, or a week, so that no record outstays its time by more', () => {
  const minutesOf = (topic: string): number =>
    Number(configsOf.get(`understudy.${topic}`)?.['segment.ms']) / 60_000;
  assert.equal(Math.round(minutesOf('requests')), 103);
  assert.equal(minutesOf('alerts'), 7 * 24 * 60);
});

test('a request as large as its topic takes can be tried again, and be given up', () => {
  const maxBytesOf = (topic: string): number =>
    Number(configsOf.get(`understudy.${topic}`)?.['max.message.bytes']);
  const longestHeaders = 16 * 1024;
  for (const topic of ['shadow-retries.mortgage.boosted.live.30s', 'shadow-dead-letters'])
    assert.ok(maxBytesOf(topic) >= maxBytesOf('requests') + longestHeaders, topic);
});

test('what is kept by key is not deleted by age', () => {
  for (const topic of ['verdicts', 'reviews', 'experiments', 'runs']) {
    const configs = configsOf.get(`understudy.${topic}`);
    assert.equal(configs?.['cleanup.policy'], 'compact', topic);
    assert.equal(configs['retention.ms'], undefined, topic);
  }
});
