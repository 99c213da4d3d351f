/**
 * How long many lanes of many partitions take from the start of their services until the first window of each is
 * published, while requests come in: one shadow-invoker and one comparator, over topics that exist.
 *
 *     node test/bench/start-up.ts [partitions, default 64] [lanes, default 8]
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { loadConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { openStreams, PartitionSender, readLog, setUpLanes, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { registryAddress } from '../support/cluster.ts';
import { letTimePass, waitFor } from '../support/wait-for.ts';
import { cpuSeconds, report, startService } from './support/measured.ts';

const [partitions = 64, lanes = 8] = process.argv.slice(2).map(Number);
const windowMs = 10_000;
const requestsEveryMs = 4_000;
const waitMs = 300_000;
const names = topicNames('bench.');
const answerText = JSON.stringify({ decision: 'approved' });

const logger = createLogger({ service: 'bench', level: 'error' });
const processes = new ProcessGroup();
processes.installSignalHandlers();

async function main(): Promise<void> {
  const cluster = await startLocalCluster({ processes });
  const shadow = await startShadow();
  const file = writeConfig(String(cluster.bootstrapServers[0]), registryAddress(cluster.registryUrl), shadow);
  const config = loadConfig({ file, env: process.env });
  const metrics = createMetrics({ service: 'bench' });
  const streams = await openStreams({ config, service: 'bench', logger, metrics });
  report(`making the topics of ${lanes} lanes with ${partitions} partitions`);
  await setUpLanes({ config, ...streams });
  const requests = startRequests(streams);
  report('starting an invoker and a comparator');
  const startedAt = performance.now();
  const services = await Promise.all(
    (['shadow-invoker', 'comparator'] as const).map((name) =>
      startService(processes, name, { config: file, readyWithinMs: waitMs }),
    ),
  );
  const lanesOpenSeconds = secondsSince(startedAt);
  await waitFor(async () => (await lanesWithWindows(streams)).size === lanes, {
    what: 'a window of every lane',
    timeoutMs: waitMs,
  });
  const firstWindowsSeconds = secondsSince(startedAt);
  const cpu = services.map((service) => Math.round(cpuSeconds(service)));
  process.stdout.write(
    `${JSON.stringify({
      partitions,
      lanes,
      windowSeconds: windowMs / 1_000,
      lanesOpenSeconds,
      firstWindowsSeconds,
      cpuSeconds: { invoker: cpu[0], comparator: cpu[1] },
    })}\n`,
  );
  await requests.close();
  await streams.close();
  await processes.stop();
  process.exit(0);
}

function secondsSince(startedAt: number): number {
  return Math.round((performance.now() - startedAt) / 100) / 10;
}

async function startShadow(): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answerText));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function writeConfig(broker: string, registry: string, shadow: string): string {
  const file = join(processes.folder, 'understudy.yaml');
  const shadows = Array.from({ length: lanes }, (_, n) => `{ name: shadow-${n}, url: '${shadow}' }`);
  writeFileSync(
    file,
    `kafka: { brokers: ['${broker}'], prefix: bench., partitions: ${partitions} }
registry: { url: '${registry}' }
experiments:
  - name: bench
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    window: ${windowMs / 1_000}s
    shadows: [${shadows.join(', ')}]
    comparison: { kind: class, label: /decision }
`,
  );
  return file;
}

/** One exchange in every partition, request and answer in one record, again and again until it is closed. */
function startRequests({ connection, registry }: Streams): { close(): Promise<void> } {
  const topic = names.shared('requests');
  const encode = registry.encoder('request', topic);
  const sender = new PartitionSender(connection, { maxQueuedRecords: 1_000, maxQueuedBytes: 1024 * 1024 });
  const body = Buffer.from(answerText);
  const plain = { headers: {}, contentType: 'application/json', body, bodySize: body.length };
  const write = (partition: number, n: number): Promise<number> => {
    const value = encode({
      ...plain,
      experiment: 'bench',
      exchangeId: `01890000-0000-7000-8000-${String(n * partitions + partition).padStart(12, '0')}`,
      requestId: null,
      session: null,
      requestTime: Date.now(),
      method: 'POST',
      path: '/predict',
      production: { outcome: 'answered', answer: { ...plain, status: 200 }, latencyMs: 5, error: null },
    });
    return sender.send({ topic, partition, key: null, value });
  };
  const closing = new AbortController();
  const everywhere = async (n: number): Promise<void> => {
    await Promise.all(Array.from({ length: partitions }, (_, partition) => write(partition, n)));
  };
  const run = async (): Promise<void> => {
    for (let n = 0; !closing.signal.aborted; n += 1) {
      await everywhere(n);
      await letTimePass(requestsEveryMs);
    }
  };
  const done = run();
  return {
    close: async () => {
      closing.abort();
      await done;
      await sender.close({ graceMs: 1_000 });
    },
  };
}

async function lanesWithWindows({ connection, registry }: Streams): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for await (const { value } of readLog(connection, { topic: names.shared('divergence') })) {
    if (value !== null) found.add((await registry.decode('divergence', value)).lane);
  }
  return found;
}

await main();
