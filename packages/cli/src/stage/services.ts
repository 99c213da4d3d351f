import type { ProcessGroup } from '@understudy/infra-local';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readGatewayObstacle } from '../api.ts';
import { spawnAnnounced } from './announced-process.ts';

/** The services, in the order in which data passes through them. */
export const serviceNames = ['gateway', 'shadow-invoker', 'comparator', 'console'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** The file that is run as a service. */
export function serviceMain(service: ServiceName): string {
  return fileURLToPath(new URL(`../../../../services/${service}/src/main.ts`, import.meta.url));
}

export interface ServicesOptions {
  /** Whose processes they become; their logs lie in its folder. */
  readonly processes: ProcessGroup;
  readonly configFile: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Where callers and people find them: `http://host:port`. */
export interface ServiceAddresses {
  readonly gateway: string;
  readonly console: string;
}

/** Starts one process of each service, all at once. Rejects with ProcessError if one does not come up. */
export async function startServices(options: ServicesOptions): Promise<ServiceAddresses> {
  const [gateway, , , console] = await Promise.all([
    startService('gateway', options),
    startService('shadow-invoker', options),
    startService('comparator', options),
    startService('console', options),
  ]);
  if (gateway === null || console === null)
    throw new Error('gateway and console have to say where they listen');
  return { gateway, console };
}

/** Resolves to its address; null for services that nobody calls. */
async function startService(
  service: ServiceName,
  { processes, configFile, env }: ServicesOptions,
): Promise<string | null> {
  const { announced } = await spawnAnnounced(processes, {
    name: `the ${service}`,
    command: process.execPath,
    args: [serviceMain(service), '--config', configFile],
    ...(env && { env }),
    logFile: join(processes.folder, `${service}.log`),
    announcement: /^\{"service":/,
  });
  return (announced as { address: string | null }).address;
}

const publishingLimitMs = 60_000;

/**
 * Waits until the gateway publishes what it sees: it answers callers before it has found Kafka. Rejects with what
 * keeps it from that, if it does not within 60 s.
 */
export async function untilPublishing(gateway: string): Promise<void> {
  const giveUpAt = performance.now() + publishingLimitMs;
  for (;;) {
    const obstacle = await readGatewayObstacle(gateway);
    if (obstacle === null) return;
    if (performance.now() > giveUpAt) throw new Error(`the gateway can't publish: ${obstacle}`);
    await delay(100);
  }
}
