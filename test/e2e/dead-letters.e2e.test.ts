/** The commands on dead letters, as an operator gives them, on letters in a real Kafka. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { parseConfig } from '@understudy/config';
import type { Request } from '@understudy/schemas-avro';
import {
  formatLetter,
  openStreams,
  PartitionSender,
  readLog,
  setUpSharedTopics,
  type Streams,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { testCluster } from '../support/cluster.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const cluster = await testCluster();
after(() => cluster.stop());

const prefix = `letters-${randomBytes(4).toString('hex')}.`;
const topic = `${prefix}shadow-dead-letters`;
const retries = `${prefix}shadow-retries.mortgage.boosted.live.30s`;
const text = `
kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: '${prefix}', partitions: 1 }
registry: { url: '${cluster.registryUrl}' }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
`;

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
  body: Buffer.from('{"income":1000}'),
  bodySize: 15,
  production: null,
};

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

suite('understudy dead-letters', () => {
  let folder: string;
  let configFile: string;
  let streams: Streams;
  let sender: PartitionSender;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'understudy-letters-'));
    configFile = join(folder, 'understudy.yaml');
    await writeFile(configFile, text);
    const config = parseConfig({ text, file: configFile, env: {} });
    const logger = createLogger({ service: 'test', level: 'warn' });
    streams = await openStreams({
      config,
      service: 'test',
      logger,
      metrics: createMetrics({ service: 'test' }),
    });
    await setUpSharedTopics({ config, ...streams });
    await streams.admin.ensureTopics([{ topic: retries, partitions: 1, replicationFactor: 1, configs: {} }]);
    sender = new PartitionSender(streams.connection, { maxQueuedRecords: 100, maxQueuedBytes: 1024 * 1024 });
  });
  after(async () => {
    await sender.close({ graceMs: 1_000 });
    await streams.close();
    await rm(folder, { recursive: true });
  });

  /** One letter: at offset 0, 1, 2, in the order of the calls. */
  async function writeLetter(reason: string): Promise<void> {
    const value = streams.registry.encoder('request', `${prefix}requests`)(request);
    const letter = formatLetter({
      lane: 'mortgage.boosted.live',
      stage: 'shadow-invoker',
      reason,
      source: { topic: `${prefix}requests`, partition: 0, offset: 7 },
      appendedMs: 0,
      calls: { attempts: 4, requestTimeMs: 0, firstFailureMs: 0, lastFailureMs: 0, redrives: 0 },
    });
    await sender.send({ topic, partition: 0, key: 'exchange-1', value, headers: letter });
  }

  function deadLetters(...args: string[]): Promise<Outcome> {
    return new Promise((resolve) => {
      const command = [main, 'dead-letters', ...args, '--config', configFile];
      const child = execFile(process.execPath, command, { timeout: 60_000 }, (_error, stdout, stderr) => {
        resolve({ code: child.exitCode ?? -1, stdout, stderr });
      });
      child.stdin?.end();
    });
  }

  async function copies(): Promise<number> {
    let count = 0;
    for await (const _ of readLog(streams.connection, { topic: retries })) count += 1;
    return count;
  }

  test('from the list to a letter, back to the shadow once, or to rest', async () => {
    for (const reason of ['http-503', 'http-503', 'transport: ECONNREFUSED']) await writeLetter(reason);

    const listed = await deadLetters('list', '--limit', '2');
    assert.deepEqual([listed.code, listed.stderr], [0, '']);
    assert.match(listed.stdout, /^0\/2 .* mortgage\.boosted\.live +4 +– +transport: ECONNREFUSED$/m);
    assert.match(listed.stdout, /^… and 1 older letter$/m);
    assert.match(listed.stdout, /^2 +0 +http-503$/m);

    const shown = await deadLetters('show', '0/0');
    assert.match(shown.stdout, /^exchange id +exchange-1$/m);
    assert.match(shown.stdout, /^\{"income":1000\}$/m);

    const dry = await deadLetters(
      'redrive',
      '--lane',
      'mortgage.boosted.live',
      '--reason',
      'http',
      '--dry-run',
    );
    assert.match(dry.stdout, /^0\/1 +would be redriven to .*\.30s$/m);
    assert.equal(await copies(), 0);

    const redriven = await deadLetters('redrive', '--lane', 'mortgage.boosted.live', '--reason', 'http');
    assert.match(redriven.stdout, /^2 letters redriven, 0 settled before, 0 refused\.$/m);
    const again = await deadLetters('redrive', '0/0', '0/1', '0/9');
    assert.equal(again.code, 1, 'one was refused');
    assert.match(again.stdout, /^0\/0 +was redriven before, .*; nothing to do$/m);
    assert.match(again.stdout, /^0\/9 +refused\. There is no letter/m);
    assert.equal(await copies(), 2);

    const unasked = await deadLetters('discard', '0/2');
    assert.deepEqual([unasked.code, unasked.stderr], [1, 'Nobody is there to ask: add --yes.\n']);
    assert.match((await deadLetters('discard', '0/2', '--yes')).stdout, /^0\/2 +discarded$/m);
    assert.match((await deadLetters('redrive', '0/2')).stdout, /^0\/2 +was discarded before/m);

    const { letters } = JSON.parse((await deadLetters('list', '--json')).stdout) as {
      letters: { offset: number; settlement: { settlement: string } | null }[];
    };
    assert.deepEqual(
      letters.map(({ offset, settlement }) => [offset, settlement?.settlement]),
      [
        [2, 'discarded'],
        [1, 'redriven'],
        [0, 'redriven'],
      ],
    );
  });

  test('what is wrong with the command is said, without a stack', async () => {
    const neither = await deadLetters('redrive');
    assert.equal(neither.code, 1);
    assert.match(neither.stderr, /^Say which letters: .*\n$/);
    assert.match(
      (await deadLetters('show', '0/99')).stderr,
      /^There is no letter at 0\/99, or not any more\.\n$/,
    );
    assert.match((await deadLetters('show', 'x')).stderr, /PARTITION\/OFFSET/);
  });
});
