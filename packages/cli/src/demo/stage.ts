import { type ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import getPort from 'get-port';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startServices, untilPublishing } from '../stage/services.ts';
import { configFileText } from './config-file.ts';
import { ModelProcess } from './models.ts';

export interface StageOptions {
  /** Whose processes everything becomes. */
  readonly processes: ProcessGroup;
  /** Told what is being done, for people. */
  readonly onProgress: (text: string) => void;
}

/** Everything is up. */
export interface DemoStage {
  readonly addresses: Addresses;
  readonly configFile: string;
  /** The model server of the shadow as it was released. */
  readonly boosted: ModelProcess;
}

/** Where everything is. */
export interface Addresses {
  readonly gateway: string;
  readonly console: string;
  /** `host:port` */
  readonly kafka: string;
  readonly registry: string;
}

const host = '127.0.0.1';
const usualGatewayPort = 8080;
const usualConsolePort = 8090;

/**
 * Starts Kafka, the registry, three models and the four services, and resolves when the gateway publishes what it
 * sees. Rejects when something does not come up; ProcessError has the last lines of its log.
 */
export async function setStage({ processes, onProgress }: StageOptions): Promise<DemoStage> {
  const [cluster, models] = await Promise.all([
    startLocalCluster({ processes, onProgress }),
    startModels(processes),
  ]);
  const { bootstrapServers: brokers, registryUrl } = cluster;
  if (registryUrl === null) throw new Error('the local cluster came up without a registry');

  onProgress('Starting gateway, shadow-invoker, comparator and console');
  const gatewayPort = await getPort({ host, port: usualGatewayPort });
  const consolePort = await getPort({ host, port: usualConsolePort });
  const configFile = join(processes.folder, 'understudy.yaml');
  const { production, boosted, repaired } = models;
  const modelUrls = { production: production.url, boosted: boosted.url, repaired: repaired.url };
  await writeFile(configFile, configFileText({ brokers, registryUrl, gatewayPort, consolePort, modelUrls }));
  const { gateway, console } = await startServices({ processes, configFile });
  await untilPublishing(gateway);
  return {
    addresses: { gateway, console, kafka: brokers.join(','), registry: registryUrl },
    configFile,
    boosted,
  };
}

async function startModels(
  processes: ProcessGroup,
): Promise<Record<'production' | 'boosted' | 'repaired', ModelProcess>> {
  const [production, boosted, repaired] = await Promise.all([
    ModelProcess.start(processes, 'production'),
    ModelProcess.start(processes, 'shadow'),
    ModelProcess.start(processes, 'shadow-repaired'),
  ]);
  return { production, boosted, repaired };
}
