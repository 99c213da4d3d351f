/**
 * Memory of a comparator with a backlog: requests far ahead of production's responses, and these of the shadow's, which
 * all come at the end, as after an invoker that stood still. Says how much memory it took, every 5 s and at its highest,
 * and what the ledger says of the requests: all are compared, or something was dropped. But where writing one input takes
 * longer than the longest deadline, 11 minutes, production's responses come too late.
 *
 *     node test/bench/backlog.ts [requests, default 2000000]
 */
import { ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import { ExchangeLog } from './support/exchange-log.ts';
import { cpuSeconds, report, residentMiB, startService } from './support/measured.ts';

const requests = Number(process.argv[2] ?? 2_000_000);
const bodyBytes = 1_000;
const sampleMs = 5_000;

const processes = new ProcessGroup();
processes.installSignalHandlers();

async function main(): Promise<void> {
  const cluster = await startLocalCluster({ processes });
  const log = await ExchangeLog.open({
    cluster,
    processes,
    prefix: 'bench.',
    requests,
    bodyBytes,
    windowMs: 1_000,
  });
  const comparator = await startService(processes, 'comparator', { config: log.configFile });
  const highest: Record<string, number> = {};
  const resident: number[] = [];
  const sampling = setInterval(() => resident.push(residentMiB(comparator, 'VmRSS')), sampleMs);
  const phases = {
    requests: () => log.writeRequests(),
    production: () => log.writeProduction(),
    shadow: () => log.writeShadow(),
  };
  for (const [phase, write] of Object.entries(phases)) {
    report(`writing ${requests} records: ${phase}`);
    await write();
    highest[phase] = residentMiB(comparator, 'VmHWM');
  }
  const ledger = await log.waitUntilJoined();
  highest['joined'] = residentMiB(comparator, 'VmHWM');
  clearInterval(sampling);
  const found = {
    ledger,
    cpuSeconds: cpuSeconds(comparator),
    highestResidentMiB: highest,
    residentMiB: resident,
  };
  process.stdout.write(`${JSON.stringify(found)}\n`);
  await log.close();
  await processes.stop();
  process.exit(0);
}

await main();
