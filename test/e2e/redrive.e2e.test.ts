/**
 * A dead letter's whole way: a shadow that is down, its request given up, sent back by the command, answered, and compared
 * with production's answer.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { ProcessGroup } from '@understudy/infra-local';
import type { Request } from '@understudy/schemas-avro';
import {
  listDeadLetters,
  openStreams,
  PartitionSender,
  readLog,
  setUpSharedTopics,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';
import { newestDivergence } from '../support/newest-divergence.ts';
import { waitFor } from '../support/wait-for.ts';

const fileOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
const limitMs = 60_000;

const body = Buffer.from('{"decision":"approved"}');
const request: Request = {
  exchangeId: 'exchange-1',
  requestId: null,
  experiment: 'mortgage',
  session: null,
  requestTime: 0,
  method: 'POST',
  path: '/predict',
  headers: {},
  contentType: 'application/json',
  body: Buffer.from('{}'),
  bodySize: 2,
  production: {
    outcome: 'answered',
    answer: { status: 200, headers: {}, contentType: 'application/json', body, bodySize: body.length },
    latencyMs: 10,
    error: null,
  },
};

test('a request that was given up is answered after a redrive and compared, and its calls go on being counted', async (context) => {
  const cluster = await testCluster();
  context.after(() => cluster.stop());
  let isDown = true;
  const attempts: unknown[] = [];
  const shadow = createServer(({ headers }, response) => {
    attempts.push(headers['x-shadow-attempt']);
    response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' }).end(body);
  }).listen({ host: '127.0.0.1', port: 0 });
  context.after(() => shadow.close());
  await once(shadow, 'listening');

  const prefix = `redrive-${randomBytes(4).toString('hex')}.`;
  const text = `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: '${prefix}', partitions: 1 }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    window: 1s
    shadows:
      - name: boosted
        url: 'http://127.0.0.1:${(shadow.address() as AddressInfo).port}'
        retry: { attempts: 1, delays: [100ms, 200ms] }
    comparison: { kind: class, label: /decision }
`;
  const folder = await mkdtemp(join(tmpdir(), 'understudy-redrive-'));
  context.after(() => rm(folder, { recursive: true }));
  const configFile = join(folder, 'understudy.yaml');
  await writeFile(configFile, text);

  const processes = new ProcessGroup();
  context.after(() => processes.stop());
  for (const service of ['shadow-invoker', 'comparator']) {
    await processes.spawn({
      name: `the ${service}`,
      command: process.execPath,
      args: [fileOf(`services/${service}/src/main.ts`), '--config', configFile],
      logFile: join(folder, `${service}.log`),
      readyLine: /^\{"service":/,
    });
  }

  const config = parseConfig({ text, file: configFile, env: {} });
  const logger = createLogger({ service: 'test', level: 'warn' });
  const streams = await openStreams({
    config,
    service: 'test',
    logger,
    metrics: createMetrics({ service: 'test' }),
  });
  context.after(() => streams.close());
  await setUpSharedTopics({ config, ...streams });
  const names = topicNames(prefix);
  const sender = new PartitionSender(streams.connection, {
    maxQueuedRecords: 10,
    maxQueuedBytes: 1024 * 1024,
  });
  context.after(() => sender.close({ graceMs: 1_000 }));
  const value = streams.registry.encoder('request', names.shared('requests'))(request);
  await sender.send({ topic: names.shared('requests'), partition: 0, key: 'exchange-1', value });

  const deadLetters = { ...streams, topic: names.shared('shadow-dead-letters') };
  await waitFor(async () => (await listDeadLetters(deadLetters, 10)).letters.length === 1, {
    what: 'the dead letter',
    timeoutMs: limitMs,
  });
  assert.deepEqual(attempts, ['1', '2', '3']);

  isDown = false;
  const command = [fileOf('packages/cli/src/main.ts'), 'dead-letters', 'redrive', '--config', configFile];
  const redrive = await promisify(execFile)(process.execPath, [
    ...command,
    '--lane',
    'mortgage.boosted.live',
  ]);
  assert.match(redrive.stdout, /^1 letter redriven, 0 settled before, 0 refused\.$/m);

  const said = async (): Promise<unknown[]> => {
    const responses: unknown[] = [];
    for await (const record of readLog(streams.connection, { topic: names.shadowResponses(lane) })) {
      if (record.value === null) continue;
      const { kind, status, requestOffset } = await streams.registry.decode('shadow-response', record.value);
      if (kind !== 'progress') responses.push([kind, status, requestOffset]);
    }
    return responses;
  };
  await waitFor(async () => (await said()).length >= 3, { what: 'the recovery', timeoutMs: limitMs });
  assert.deepEqual(await said(), [
    ['first', 'deferred', 0],
    ['recovery', 'dead_lettered', 0],
    ['recovery', 'answered', 0],
  ]);
  assert.deepEqual(attempts, ['1', '2', '3', '4']);
  const { letters } = await listDeadLetters(deadLetters, 10);
  assert.deepEqual(
    letters.map(({ settlement }) => settlement?.settlement),
    ['redriven'],
  );

  const { running, verdict } = await newestDivergence(config, {
    isIt: ({ running: { sums } }) => (sums.recovered['answered'] ?? 0) > 0,
    what: 'the window that counts the recovery',
  });
  const { ledger, corrections } = running.sums;
  assert.deepEqual({ ...ledger.notCompared }, { 'shadow-deferred': 1 }, 'its own window does not change');
  assert.deepEqual([corrections.compared, corrections.agreed], [1, 1]);
  assert.deepEqual([running.agreement.estimate, verdict?.balanced], [1, true]);
});
