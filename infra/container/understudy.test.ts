import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '@understudy/config';

const config = loadConfig({ file: fileURLToPath(new URL('understudy.yaml', import.meta.url)), env: {} });
const composeFile = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');

/** A service's part of docker-compose.yml, with the anchor it may have; null if there is no such service. */
function composeService(name: string): string | null {
  return new RegExp(`^  ${name}:.*\n((?: {4}.*)?\n)+`, 'm').exec(composeFile)?.[0] ?? null;
}

test('every host in the config is a service of docker-compose.yml', () => {
  const models = config.experiments.flatMap(({ production, shadows }) => [production, ...shadows]);
  const hosts = [
    ...config.kafka.brokers.map((broker) => broker.replace(/:\d+$/, '')),
    ...[config.registry, ...models].map(({ url }) => new URL(url).hostname),
  ];
  assert.deepEqual(
    hosts.filter((host) => composeService(host) === null),
    [],
  );
});

const { gateway, console: pages, invoker, comparator } = config;
const readyPaths: ReadonlyArray<[string, number | 'off', string]> = [
  ['gateway', gateway.port, '/-/readyz'],
  ['console', pages.port, '/readyz'],
  ['shadow-invoker', invoker.port, '/readyz'],
  ['comparator', comparator.port, '/readyz'],
];
for (const [service, port, path] of readyPaths) {
  test(`the health check of the ${service} asks where the config lets it answer`, () => {
    const text = composeService(service) ?? '';
    assert.ok(text.includes(`'http://127.0.0.1:${port}${path}'`), text);
  });
}

test('every port is published on this machine alone', () => {
  const ports = composeFile.match(/(?<=ports: ).*/g) ?? [];
  assert.equal(ports.length, 4);
  for (const port of ports) assert.match(port, /^\['127\.0\.0\.1:/);
});

test('what is published is where gateway and console listen', () => {
  for (const [service, { host, port }] of Object.entries({ gateway, console: pages })) {
    assert.equal(host, '0.0.0.0');
    assert.match(composeService(service) ?? '', new RegExp(`ports: .*:${port}'\\]$`, 'm'));
  }
});
