/**
 * What an idle service costs: one process with many lanes of many partitions, nobody writing. Sockets, memory, CPU, and
 * transactions, of which there must be none; and how long it takes from the start until all tasks run, the first time,
 * when topics are made, and again.
 *
 *     node test/bench/idle-cost.ts [comparator or shadow-invoker] [partitions, default 64] [lanes, 8] [seconds, 60]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ManagedProcess, ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { registryAddress } from '../support/cluster.ts';
import { letTimePass, waitFor } from '../support/wait-for.ts';
import { cpuSeconds, report, residentMiB, socketsOf, startService } from './support/measured.ts';

const service = process.argv[2] === 'shadow-invoker' ? 'shadow-invoker' : 'comparator';
const [partitions = 64, lanes = 8, seconds = 60] = process.argv.slice(3).map(Number);
const startMs = 300_000;
/** A task commits once a minute after it began, if it never did; and then its producer is idle for half a minute. */
const settleMs = 100_000;

const processes = new ProcessGroup();
processes.installSignalHandlers();

interface Started {
  readonly process: ManagedProcess;
  readonly seconds: number;
  /** Where it tells its metrics. */
  readonly telemetry: string;
}

async function main(): Promise<void> {
  const cluster = await startLocalCluster({ processes });
  const file = writeConfig(String(cluster.bootstrapServers[0]), registryAddress(cluster.registryUrl));
  report(`starting a ${service} of ${lanes} lanes with ${partitions} partitions`);
  const first = await start(file);
  report(`all tasks run after ${first.seconds} s; starting it again`);
  await first.process.stop();
  const again = await start(file);
  const socketsAtStart = socketsOf(again.process);
  report(`all tasks run after ${again.seconds} s; waiting`);
  await letTimePass(settleMs);
  const before = { cpu: cpuSeconds(again.process), commits: await commitsOf(again) };
  await letTimePass(seconds * 1_000);
  process.stdout.write(
    `${JSON.stringify({
      service,
      partitions,
      lanes,
      startSeconds: { first: first.seconds, again: again.seconds },
      sockets: { atStart: socketsAtStart, idle: socketsOf(again.process) },
      residentMiB: residentMiB(again.process, 'VmRSS'),
      highestResidentMiB: residentMiB(again.process, 'VmHWM'),
      cpuPercent: Math.round(((cpuSeconds(again.process) - before.cpu) / seconds) * 1_000) / 10,
      transactions: (await commitsOf(again)) - before.commits,
    })}\n`,
  );
  await processes.stop();
  process.exit(0);
}

/** Resolves when all its tasks run. */
async function start(file: string): Promise<Started> {
  const startedAt = performance.now();
  const process = await startService(processes, service, { config: file, readyWithinMs: startMs });
  const telemetry = telemetryAddress();
  await waitFor(async () => (await fetch(`${telemetry}/readyz`)).ok, {
    what: 'all tasks',
    timeoutMs: startMs,
  });
  return { process, telemetry, seconds: Math.round((performance.now() - startedAt) / 100) / 10 };
}

function writeConfig(broker: string, registry: string): string {
  const file = join(processes.folder, 'understudy.yaml');
  const shadows = Array.from({ length: lanes }, (_, n) => `{ name: shadow-${n}, url: 'http://127.0.0.1:1' }`);
  writeFileSync(
    file,
    `kafka: { brokers: ['${broker}'], prefix: bench., partitions: ${partitions} }
registry: { url: '${registry}' }
comparator: { port: 0 }
invoker: { port: 0 }
experiments:
  - name: bench
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [${shadows.join(', ')}]
    comparison: { kind: class, label: /decision }
`,
  );
  return file;
}

/** From the service's log, which names the port that it was given at its last start. */
function telemetryAddress(): string {
  const log = readFileSync(join(processes.folder, `${service}.log`), 'utf8');
  const address = [...log.matchAll(/"address":"(http:[^"]+)"[^\n]*metrics and health/g)].at(-1)?.[1];
  if (address === undefined) throw new Error(`the ${service} does not say where its metrics are`);
  return address;
}

/** Transactions of all its tasks so far. */
async function commitsOf({ telemetry }: Started): Promise<number> {
  const text = await (await fetch(`${telemetry}/metrics`)).text();
  const counts = text.matchAll(/^understudy_streams_commit_seconds_count\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

await main();
