import assert from 'node:assert/strict';
import { test } from 'node:test';
import { minimalYaml, onlyProblem, parse, problemsIn } from '../test/minimal.ts';
import { explainConfig, missingAddresses } from './index.ts';

const withoutAddresses = minimalYaml
  .replace(/^kafka:.*\n/m, 'kafka: { partitions: 4 }\n')
  .replace(/^registry:.*\n/m, '');
const env = {
  UNDERSTUDY_KAFKA_BROKERS: 'broker-1:9092,broker-2:9092',
  UNDERSTUDY_REGISTRY_URL: 'http://registry:8081/',
};

test('addresses that the file leaves out come from the environment', () => {
  const { kafka, registry } = parse(withoutAddresses, env);
  assert.deepEqual([kafka.brokers, kafka.partitions], [['broker-1:9092', 'broker-2:9092'], 4]);
  assert.equal(registry.url, 'http://registry:8081');
});

test('what the file says stands', () => {
  const { kafka, registry } = parse(minimalYaml, env);
  assert.deepEqual([kafka.brokers, registry.url], [['127.0.0.1:9092'], 'http://127.0.0.1:8081']);
});

test('an address that is nowhere is a problem that names both places', () => {
  assert.deepEqual(
    problemsIn(withoutAddresses, { UNDERSTUDY_KAFKA_BROKERS: '' }).map(({ path, found, allowed }) => [
      path,
      found,
      allowed,
    ]),
    [
      [
        'registry.url',
        'nothing',
        'an http:// or https:// address without user, password, query and fragment, here or as UNDERSTUDY_REGISTRY_URL in the environment',
      ],
      [
        'kafka.brokers',
        'nothing',
        'a list of at least 1 broker addresses (host:port), here or as UNDERSTUDY_KAFKA_BROKERS in the environment',
      ],
    ],
  );
});

test('a wrong address in the environment is shown, at its setting', () => {
  const problem = onlyProblem(withoutAddresses, { ...env, UNDERSTUDY_KAFKA_BROKERS: 'broker-1' });
  assert.deepEqual([problem.path, problem.found], ['kafka.brokers[0]', '"broker-1"']);
});

test('sections of the wrong kind are reported, not completed', () => {
  assert.equal(onlyProblem(withoutAddresses.replace(/^kafka:.*$/m, 'kafka: [1]'), env).path, 'kafka');
  assert.equal(onlyProblem('- 1', env).path, '');
});

test('explained, they come from the environment', () => {
  const explained = explainConfig({ text: withoutAddresses, file: 'understudy.yaml', env });
  assert.match(
    explained,
    /^kafka\.brokers +broker-1:9092, broker-2:9092 +environment UNDERSTUDY_KAFKA_BROKERS$/m,
  );
  assert.match(explained, /^registry\.url +\S+ +environment UNDERSTUDY_REGISTRY_URL$/m);
  assert.match(explained, /^kafka\.partitions +4 +understudy\.yaml:2$/m);
});

test('whoever can start Kafka or a registry can ask what is missing', () => {
  const missing = (text: string, given: Readonly<Record<string, string>>): readonly string[] =>
    missingAddresses({ text, file: 'understudy.yaml', env: given });
  assert.deepEqual(missing(withoutAddresses, {}), ['kafka', 'registry']);
  assert.deepEqual(missing(withoutAddresses, { UNDERSTUDY_REGISTRY_URL: 'http://registry' }), ['kafka']);
  assert.deepEqual(missing(minimalYaml, {}), []);
});
