/**
 * What an idle comparator costs: one process with many lanes of many partitions, nobody writing. Sockets, memory, CPU,
 * and transactions, of which there must be none.
 *
 *     node test/bench/idle-cost.ts [partitions, default 64] [lanes, default 8] [seconds, default 60]
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { registryAddress } from '../support/cluster.ts';
import { letTimePass, waitFor } from '../support/wait-for.ts';
import { cpuSeconds, report, residentMiB, socketsOf, startService } from './support/measured.ts';

const [partitions = 64, lanes = 8, seconds = 60] = process.argv.slice(2).map(Number);
const startMs = 300_000;
const settleMs = 5_000;

const processes = new ProcessGroup();
processes.installSignalHandlers();

async function main(): Promise<void> {
  const cluster = await startLocalCluster({ processes });
  const file = writeConfig(String(cluster.bootstrapServers[0]), registryAddress(cluster.registryUrl));
  report(`starting a comparator of ${lanes} lanes with ${partitions} partitions`);
  const comparator = await startService(processes, 'comparator', file);
  const telemetry = telemetryAddress();
  await waitFor(async () => (await fetch(`${telemetry}/readyz`)).ok, {
    what: 'all tasks',
    timeoutMs: startMs,
  });
  await letTimePass(settleMs);
  const before = { cpu: cpuSeconds(comparator), commits: await commitsOf(telemetry) };
  await letTimePass(seconds * 1_000);
  process.stdout.write(
    `${JSON.stringify({
      partitions,
      lanes,
      sockets: socketsOf(comparator),
      residentMiB: residentMiB(comparator, 'VmRSS'),
      highestResidentMiB: residentMiB(comparator, 'VmHWM'),
      cpuPercent: Math.round(((cpuSeconds(comparator) - before.cpu) / seconds) * 1_000) / 10,
      transactions: (await commitsOf(telemetry)) - before.commits,
    })}\n`,
  );
  await processes.stop();
  process.exit(0);
}

function writeConfig(broker: string, registry: string): string {
  const file = join(processes.folder, 'understudy.yaml');
  const shadows = Array.from({ length: lanes }, (_, n) => `{ name: shadow-${n}, url: 'http://127.0.0.1:1' }`);
  writeFileSync(
    file,
    `kafka: { brokers: ['${broker}'], prefix: bench., partitions: ${partitions} }
registry: { url: '${registry}' }
comparator: { port: 0 }
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

/** From the service's log, which names the port that it was given. */
function telemetryAddress(): string {
  const log = readFileSync(join(processes.folder, 'comparator.log'), 'utf8');
  const address = /"address":"(http:[^"]+)"[^\n]*metrics and health/.exec(log)?.[1];
  if (address === undefined) throw new Error('the comparator does not say where its metrics are');
  return address;
}

/** Transactions of all its tasks so far. */
async function commitsOf(telemetry: string): Promise<number> {
  const text = await (await fetch(`${telemetry}/metrics`)).text();
  const counts = text.matchAll(/^understudy_streams_commit_seconds_count\{.*\} (\d+)$/gm);
  return [...counts].reduce((sum, [, count]) => sum + Number(count), 0);
}

await main();
