import type { ConfigSource } from '@understudy/config';
import type { Applied } from '@understudy/streams';
import { setTimeout as delay } from 'node:timers/promises';
import { type GatewayReport, readGatewayReport, readLanes } from '../api.ts';
import { appliedText } from '../apply/applied-text.ts';
import { applyFile } from '../apply/apply-file.ts';
import { onStage } from '../stage/on-stage.ts';
import { type ServiceAddresses, startServices, untilPublishing } from '../stage/services.ts';
import { findCluster, planCluster } from './find-cluster.ts';
import { placesText } from './places.ts';
import { statusText } from './status.ts';

const lookEveryMs = 5_000;

/**
 * Runs everything that a config describes, until Ctrl-C: Kafka and the registry where it leaves them out, and one
 * process of each service, which follow the config's experiments: those that have changed are applied. Standard output gets where everything is and, when it changes, how things stand; standard
 * error gets progress.
 *
 * @throws ConfigError or UserError, before anything is started
 */
export async function runUp(source: ConfigSource): Promise<void> {
  const plan = planCluster(source);
  await onStage(async ({ processes, signal, staysUp }) => {
    const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);
    const cluster = await findCluster(plan, { processes, onProgress });
    await applyFile(source.file, (applied) => {
      if (isChange(applied)) process.stdout.write(`The config has changed. ${appliedText(applied)}`);
    });
    onProgress('Starting gateway, shadow-invoker, comparator and console');
    const { kafka, registry, env } = cluster;
    const services = await startServices({ processes, configFile: source.file, env });
    process.stdout.write(placesText(plan, { ...services, kafka, registry, logs: processes.folder }));
    await untilPublishing(services.gateway);
    process.stdout.write('The gateway records what it sees. Everything stays up until Ctrl-C.\n');
    staysUp();
    await showStatus(services, signal);
  });
}

/** The first revision is what one expects. */
function isChange({ before, revision }: Applied): boolean {
  return before !== null && before.number !== revision.number;
}

/** Prints how things stand whenever that has changed, until the signal. */
async function showStatus({ gateway, console }: ServiceAddresses, signal: AbortSignal): Promise<void> {
  let shown = '';
  while (!signal.aborted) {
    // Who doesn't answer is asked again; a service that died ends everything.
    const [recorded, lanes] = await Promise.all([
      readGatewayReport(gateway, signal).catch((): GatewayReport | null => null),
      readLanes(console, signal).catch(() => null),
    ]);
    const status = recorded === null || lanes === null ? shown : statusText(recorded, lanes);
    if (status !== shown) process.stdout.write(`${new Date().toLocaleTimeString('en-GB')}  ${status}\n`);
    shown = status;
    await delay(lookEveryMs, undefined, { signal });
  }
}
