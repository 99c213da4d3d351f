/**
 * What a joined request costs the comparator: CPU of its process for N exchanges of 1 KB that lie ready in the log, from
 * the start of the process until all of them are in published windows. Start-up, measured on an empty lane, is subtracted.
 *
 *     node test/bench/join-cost.ts [requests, default 50000]
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { type Config, loadConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import {
  openStreams,
  partitionOf,
  PartitionSender,
  readLog,
  setUpLanes,
  type Streams,
} from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { registryAddress } from '../support/cluster.ts';
import { waitFor } from '../support/wait-for.ts';
import { cpuSeconds, report, residentMiB, startService } from './support/measured.ts';

const requests = Number(process.argv[2] ?? 50_000);
const bodyBytes = 1_000;
const waitMs = 120_000;

const logger = createLogger({ service: 'bench', level: 'error' });
const processes = new ProcessGroup();
processes.installSignalHandlers();

async function main(): Promise<void> {
  const shadow = await startShadow();
  const cluster = await startLocalCluster({ processes });
  const [broker] = cluster.bootstrapServers;
  const file = writeConfig(String(broker), registryAddress(cluster.registryUrl), shadow);
  const config = loadConfig({ file, env: process.env });
  const streams = await openStreams({
    config,
    service: 'bench',
    logger,
    metrics: createMetrics({ service: 'bench' }),
  });
  await setUpLanes({ config, ...streams });

  const idle = await startService(processes, 'comparator', file);
  await waitFor(() => cpuSeconds(idle) > 0, { what: 'the comparator to start', timeoutMs: waitMs });
  const startUpSeconds = cpuSeconds(idle);
  await idle.stop();

  report(`writing ${requests} exchanges of ${bodyBytes} bytes`);
  await writeExchanges(config, streams);
  // It goes on running while the comparator is measured: the last window's end needs its progress records.
  await startService(processes, 'shadow-invoker', file);
  await waitFor(() => isCalled(config, streams), { what: 'all calls of the shadow', timeoutMs: waitMs });

  report('joining');
  const started = performance.now();
  const comparator = await startService(processes, 'comparator', file);
  await waitFor(async () => (await countJoined(config, streams)) >= requests, {
    what: 'all windows',
    timeoutMs: waitMs,
  });
  const seconds = (performance.now() - started) / 1_000;
  const cpu = cpuSeconds(comparator) - startUpSeconds;
  const rss = residentMiB(comparator, 'VmRSS');
  process.stdout.write(
    `${JSON.stringify({
      requests,
      cpuMicrosecondsPerJoin: Math.round((cpu * 1e6) / requests),
      seconds: Math.round(seconds * 10) / 10,
      residentMiB: rss,
      startUpCpuSeconds: startUpSeconds,
    })}\n`,
  );
  await streams.close();
  await processes.stop();
  process.exit(0);
}

async function startShadow(): Promise<string> {
  const body = answerBody();
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function answerBody(): Buffer {
  return Buffer.from(JSON.stringify({ decision: 'approved', score: 0.5, padding: 'x'.repeat(bodyBytes) }));
}

function writeConfig(broker: string, registry: string, shadow: string): string {
  const file = join(processes.folder, 'understudy.yaml');
  writeFileSync(
    file,
    `kafka: { brokers: ['${broker}'], prefix: bench., partitions: 4 }
registry: { url: '${registry}' }
experiments:
  - name: bench
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    window: 10s
    shadows: [{ name: shadow, url: '${shadow}', concurrency: 32 }]
    comparison: { kind: class, label: /decision, score: /score }
`,
  );
  return file;
}

async function writeExchanges(config: Config, { registry, connection }: Streams): Promise<void> {
  const names = topicNames(config.kafka.prefix);
  const requestTopic = names.shared('requests');
  const responseTopic = names.shared('production-responses');
  const encodeRequest = registry.encoder('request', requestTopic);
  const encodeResponse = registry.encoder('production-response', responseTopic);
  const sender = new PartitionSender(connection, {
    maxQueuedRecords: 4_000,
    maxQueuedBytes: 64 * 1024 * 1024,
  });
  const requestBody = Buffer.from(JSON.stringify({ padding: 'x'.repeat(bodyBytes) }));
  const body = answerBody();
  const plain = { headers: {}, contentType: 'application/json' };
  let sent = 0;
  const write = async (): Promise<void> => {
    while (sent < requests) {
      const exchangeId = `01890000-0000-7000-8000-${String(sent).padStart(12, '0')}`;
      sent += 1;
      const at = { experiment: 'bench', exchangeId };
      const partition = partitionOf(exchangeId, config.kafka.partitions);
      const request = encodeRequest({
        ...at,
        ...plain,
        requestId: null,
        session: null,
        requestTime: Date.now(),
        method: 'POST',
        path: '/predict',
        body: requestBody,
        bodySize: requestBody.length,
        production: null,
      });
      const answer = { ...plain, status: 200, body, bodySize: body.length };
      const response = encodeResponse({
        ...at,
        responseTime: Date.now(),
        result: { outcome: 'answered', answer, latencyMs: 5, error: null },
      });
      await sender.send({ topic: requestTopic, partition, key: exchangeId, value: request });
      await sender.send({ topic: responseTopic, partition, key: exchangeId, value: response });
    }
  };
  await Promise.all(Array.from({ length: 1_000 }, write));
  await sender.close({ graceMs: 10_000 });
}

async function isCalled(config: Config, { admin }: Streams): Promise<boolean> {
  const topic = topicNames(config.kafka.prefix).shared('requests');
  const bounds = await admin.bounds(topic);
  const group = `${config.kafka.prefix}bench.shadow.live.invoker`;
  const committed = await admin.committed(
    group,
    [topic],
    bounds.map((_, partition) => partition),
  );
  return bounds.every(({ end }, partition) => committed[partition]?.offset === end);
}

async function countJoined(config: Config, { connection, registry }: Streams): Promise<number> {
  let joined = 0;
  const topic = topicNames(config.kafka.prefix).shared('divergence');
  for await (const { value } of readLog(connection, { topic })) {
    if (value === null) continue;
    const divergence = await registry.decode('divergence', value);
    if (divergence.segment === null) joined += divergence.window.ledger.sampled;
  }
  return joined;
}

await main();
