/**
 * Memory of a comparator with a backlog: requests far ahead of production's responses, and these of the shadow's, which
 * all come at the end, as after an invoker that stood still. Says how much memory it took, every 5 s and at its highest,
 * and how many requests are compared in its windows: all of them, or something was dropped.
 *
 *     node test/bench/backlog.ts [requests, default 2000000]
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig } from '@understudy/config';
import { topicNames } from '@understudy/domain';
import { ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { openStreams, PartitionSender, readLog, setUpLanes, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { registryAddress } from '../support/cluster.ts';
import { letTimePass, waitFor } from '../support/wait-for.ts';
import { report, residentMiB, startService } from './support/measured.ts';

const requests = Number(process.argv[2] ?? 2_000_000);
const partitions = 4;
const windowMs = 1_000;
const waitMs = 600_000;
const sampleMs = 5_000;
const names = topicNames('bench.');
const topics = {
  requests: names.shared('requests'),
  production: names.shared('production-responses'),
  shadow: names.shadowResponses({ experiment: 'bench', shadow: 'shadow', run: 'live' }),
};
const body = Buffer.from(JSON.stringify({ decision: 'approved', score: 0.5 }));
const answer = { headers: {}, contentType: 'application/json', status: 200, body, bodySize: body.length };

const logger = createLogger({ service: 'bench', level: 'error' });
const processes = new ProcessGroup();
processes.installSignalHandlers();

async function main(): Promise<void> {
  const cluster = await startLocalCluster({ processes });
  const file = writeConfig(String(cluster.bootstrapServers[0]), registryAddress(cluster.registryUrl));
  const config = loadConfig({ file, env: process.env });
  const metrics = createMetrics({ service: 'bench' });
  const streams = await openStreams({ config, service: 'bench', logger, metrics });
  await setUpLanes({ config, ...streams });
  const comparator = await startService(processes, 'comparator', file);
  const sender = new PartitionSender(streams.connection, {
    maxQueuedRecords: 8_000,
    maxQueuedBytes: 64 * 1024 * 1024,
  });
  const highest: Record<string, number> = {};
  const resident: number[] = [];
  const sampling = setInterval(() => resident.push(residentMiB(comparator, 'VmRSS')), sampleMs);
  for (const [phase, write] of [
    ['requests', writeRequests],
    ['production', writeProduction],
    ['shadow', writeShadow],
  ] as const) {
    report(`writing ${requests} records: ${phase}`);
    await write(streams, sender);
    highest[phase] = residentMiB(comparator, 'VmHWM');
  }
  await waitFor(async () => (await countCompared(streams)) >= requests, {
    what: 'all requests in windows',
    timeoutMs: waitMs,
  });
  const compared = await countCompared(streams);
  highest['joined'] = residentMiB(comparator, 'VmHWM');
  clearInterval(sampling);
  process.stdout.write(
    `${JSON.stringify({ requests, compared, highestResidentMiB: highest, residentMiB: resident })}\n`,
  );
  await sender.close({ graceMs: 1_000 });
  await streams.close();
  await processes.stop();
  process.exit(0);
}

function writeConfig(broker: string, registry: string): string {
  const file = join(processes.folder, 'understudy.yaml');
  writeFileSync(
    file,
    `kafka: { brokers: ['${broker}'], prefix: bench., partitions: ${partitions} }
registry: { url: '${registry}' }
experiments:
  - name: bench
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1', timeout: 10m }
    window: 1s
    shadows: [{ name: shadow, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision, score: /score }
`,
  );
  return file;
}

function exchangeIdOf(n: number): string {
  return `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

/** Sends as fast as the queue has room; resolves when everything is acknowledged. */
async function sendAll(
  sender: PartitionSender,
  topic: string,
  records: AsyncIterable<Sent> | Iterable<Sent>,
): Promise<void> {
  let failure: unknown = null;
  for await (const record of records) {
    const sent = sender.send({ topic, key: null, ...record });
    sent.catch((error: unknown) => {
      failure ??= error;
    });
    if (sender.queuedRecords >= maxQueued) await sent;
    if (failure !== null) throw failure;
  }
  await waitFor(() => sender.queuedRecords === 0, { what: 'acknowledgements', timeoutMs: waitMs });
}

interface Sent {
  readonly partition: number;
  readonly value: Buffer | null;
}

const maxQueued = 4_000;

async function writeRequests({ registry }: Streams, sender: PartitionSender): Promise<void> {
  const encode = registry.encoder('request', topics.requests);
  await sendAll(
    sender,
    topics.requests,
    numbers((n) =>
      encode({
        experiment: 'bench',
        exchangeId: exchangeIdOf(n),
        requestId: null,
        session: null,
        requestTime: 0,
        method: 'POST',
        path: '/predict',
        headers: {},
        contentType: 'application/json',
        body,
        bodySize: body.length,
        production: null,
      }),
    ),
  );
  await letTimePass(2 * windowMs);
  // A tick in each partition: the time at which the last window ends.
  const ticks = Array.from({ length: partitions }, (_, partition) => ({ partition, value: null }));
  await sendAll(sender, topics.requests, ticks);
}

async function writeProduction({ registry }: Streams, sender: PartitionSender): Promise<void> {
  const encode = registry.encoder('production-response', topics.production);
  const result = { outcome: 'answered', answer, latencyMs: 5, error: null } as const;
  await sendAll(
    sender,
    topics.production,
    numbers((n) => encode({ experiment: 'bench', exchangeId: exchangeIdOf(n), responseTime: 0, result })),
  );
}

function* numbers(encode: (n: number) => Buffer): Generator<Sent> {
  for (let n = 0; n < requests; n += 1) yield { partition: n % partitions, value: encode(n) };
}

/** One for each request, where it stands in the log; for a tick, progress. */
async function writeShadow(streams: Streams, sender: PartitionSender): Promise<void> {
  await sendAll(sender, topics.shadow, shadowResponses(streams));
}

async function* shadowResponses({ connection, registry }: Streams): AsyncGenerator<Sent> {
  const encode = registry.encoder('shadow-response', topics.shadow);
  const times = new Map<number, number>();
  for await (const { partition, offset, timestampMs, value } of readLog(connection, {
    topic: topics.requests,
  })) {
    const requestTime = Math.max(timestampMs, times.get(partition) ?? 0);
    times.set(partition, requestTime);
    const request = value === null ? null : await registry.decode('request', value);
    yield {
      partition,
      value: encode({
        kind: request === null ? 'progress' : 'first',
        requestOffset: offset,
        requestTime,
        exchangeId: request?.exchangeId ?? null,
        status: request === null ? null : 'answered',
        reason: null,
        attempts: request === null ? 0 : 1,
        latencyMs: request === null ? null : 7,
        answer: request === null ? null : answer,
      }),
    };
  }
}

async function countCompared({ connection, registry }: Streams): Promise<number> {
  let compared = 0;
  for await (const { value } of readLog(connection, { topic: names.shared('divergence') })) {
    if (value === null) continue;
    const divergence = await registry.decode('divergence', value);
    if (divergence.segment === null) compared += divergence.window.ledger.compared;
  }
  return compared;
}

await main();
