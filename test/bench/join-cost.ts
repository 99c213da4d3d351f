/**
 * What a joined request costs the comparator: CPU of its process for N exchanges of 1 KB and the shadow's responses to
 * them, which lie ready in a real Kafka, from the start of the process until all are in published windows. What a process
 * costs that has nothing to join is measured first and subtracted. With another checkout, a pair in each round: this one
 * and that one, each with a log of its own that holds the same.
 *
 *     node test/bench/join-cost.ts [requests, default 200000] [rounds, default 3] [other checkout]
 */
import { fileURLToPath } from 'node:url';
import { type LocalCluster, ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { ExchangeLog } from './support/exchange-log.ts';
import { cpuSeconds, report, residentMiB, startService } from './support/measured.ts';

const requests = Number(process.argv[2] ?? 200_000);
const rounds = Number(process.argv[3] ?? 3);
const own = fileURLToPath(new URL('../../', import.meta.url));
const other = process.argv[4];
const bodyBytes = 1_000;

const processes = new ProcessGroup();
processes.installSignalHandlers();

async function main(): Promise<void> {
  const cluster = await startLocalCluster({ processes });
  for (let round = 1; round <= rounds; round += 1) {
    for (const checkout of other === undefined ? [own] : [own, other]) {
      const startUp = await join(cluster, checkout, 0);
      const all = await join(cluster, checkout, requests);
      const found = {
        checkout,
        requests,
        cpuMicrosecondsPerJoin: Math.round(((all.cpu - startUp.cpu) * 1e7) / requests) / 10,
        startUpCpuSeconds: startUp.cpu,
        seconds: all.seconds,
        highestResidentMiB: all.highestMiB,
      };
      process.stdout.write(`${JSON.stringify(found)}\n`);
    }
  }
  await processes.stop();
  process.exit(0);
}

let logs = 0;

/** A log of so many exchanges, and what a comparator needs until all of them are joined. */
async function join(
  cluster: LocalCluster,
  checkout: string,
  exchanges: number,
): Promise<{ readonly cpu: number; readonly seconds: number; readonly highestMiB: number }> {
  logs += 1;
  const prefix = `bench${logs}.`;
  const log = await ExchangeLog.open({
    cluster,
    processes,
    prefix,
    requests: exchanges,
    bodyBytes,
    windowMs: 10_000,
  });
  if (exchanges > 0) {
    report(`writing ${exchanges} exchanges of ${bodyBytes} bytes`);
    await log.writeExchanges();
    await log.writeShadow();
  }
  const started = performance.now();
  const comparator = await startService(processes, 'comparator', { config: log.configFile, checkout });
  await log.waitUntilJoined();
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  const cpu = cpuSeconds(comparator);
  const highestMiB = residentMiB(comparator, 'VmHWM');
  await comparator.stop();
  await log.close();
  return { cpu, seconds, highestMiB };
}

await main();
