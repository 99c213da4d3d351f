import { ConfigError, type ConfigSource } from '@understudy/config';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planCluster } from './find-cluster.ts';

const experiments = `
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://production' }
    shadows: [{ name: boosted, url: 'http://shadow' }]
    comparison: { kind: class, label: /decision }
`;
const kafka = "kafka: { brokers: ['broker-1:9092'] }\n";
const registry = "registry: { url: 'http://registry' }\n";

const source = (text: string, env: ConfigSource['env'] = {}): ConfigSource => {
  return { text, file: 'ours/understudy.yaml', env };
};

test('what the config names is used', () => {
  const plan = planCluster(source(kafka + registry + experiments));
  assert.equal(plan.kind, 'named');
  assert.deepEqual(plan.config.kafka.brokers, ['broker-1:9092']);
});

test('the environment names addresses as well as the file', () => {
  const env = { UNDERSTUDY_KAFKA_BROKERS: 'broker-2:9092', UNDERSTUDY_REGISTRY_URL: 'http://registry' };
  const plan = planCluster(source(experiments, env));
  assert.equal(plan.kind, 'named');
  assert.deepEqual(plan.config.kafka.brokers, ['broker-2:9092']);
});

test('what nobody names is local, with its data beside the file', () => {
  const plan = planCluster(source(experiments));
  assert.partialDeepStrictEqual(plan, { kind: 'local', folder: 'ours/.understudy' });
});

test('one address without the other is refused', () => {
  assert.throws(
    () => planCluster(source(kafka + experiments)),
    /names Kafka and no registry: name both, or neither/,
  );
  assert.throws(() => planCluster(source(registry + experiments)), /names a registry and no Kafka/);
});

test('all that is wrong is told before anything starts', () => {
  assert.throws(() => planCluster(source(experiments.replace('class', 'klass'))), ConfigError);
});
