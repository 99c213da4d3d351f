import { parseConfig } from '@understudy/config';
import { laneName } from '@understudy/domain';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configFileText, lanes, path } from './config-file.ts';

test('the demo’s config is a valid one, with the lanes that the demo waits for', () => {
  const text = configFileText({
    brokers: ['127.0.0.1:9092', '127.0.0.1:9093'],
    registryUrl: 'http://127.0.0.1:8081/apis/ccompat/v7',
    gatewayPort: 20_001,
    consolePort: 20_002,
    modelUrls: {
      production: 'http://127.0.0.1:1',
      boosted: 'http://127.0.0.1:2',
      repaired: 'http://127.0.0.1:3',
    },
  });
  const { kafka, registry, gateway, console, experiments } = parseConfig({
    text,
    file: 'understudy.yaml',
    env: {},
  });
  assert.deepEqual([kafka.brokers, kafka.partitions], [['127.0.0.1:9092', '127.0.0.1:9093'], 4]);
  assert.equal(registry.url, 'http://127.0.0.1:8081/apis/ccompat/v7');
  assert.deepEqual([gateway.port, console.port], [20_001, 20_002]);
  const [experiment] = experiments;
  assert.ok(experiment);
  assert.equal(experiment.route.path, path);
  assert.equal(experiment.windowMs, 5000);
  assert.equal(experiment.production.url, 'http://127.0.0.1:1');
  const urls = experiment.shadows.map(({ name, url }) => [
    laneName({ experiment: experiment.name, shadow: name, run: 'live' }),
    url,
  ]);
  assert.deepEqual(urls, [
    ['mortgage.boosted.live', 'http://127.0.0.1:2'],
    ['mortgage.repaired.live', 'http://127.0.0.1:3'],
  ]);
  assert.deepEqual(
    lanes.map(laneName),
    urls.map(([name]) => name),
  );
  assert.deepEqual(
    experiment.segments.map(({ name, values, margin }) => [name, values, margin]),
    ['self_employed', 'single', 'condominium'].map((name) => [name, ['yes', 'no'], 0.9]),
  );
});
