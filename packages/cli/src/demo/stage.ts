import { type ModelName, modelServerFile } from '@understudy/example-mortgage';
import { type ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import getPort from 'get-port';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { spawnAnnounced } from '../stage/announced-process.ts';
import { startServices, untilPublishing } from '../stage/services.ts';
import { configFileText, type DemoPlaces } from './config-file.ts';

export interface StageOptions {
  /** Whose processes everything becomes. */
  readonly processes: ProcessGroup;
  /** Told what is being done, for people. */
  readonly onProgress: (text: string) => void;
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
export async function setStage({ processes, onProgress }: StageOptions): Promise<Addresses> {
  const [cluster, modelUrls] = await Promise.all([
    startLocalCluster({ processes, onProgress }),
    startModels(processes),
  ]);
  const { bootstrapServers: brokers, registryUrl } = cluster;
  if (registryUrl === null) throw new Error('the local cluster came up without a registry');

  onProgress('Starting gateway, shadow-invoker, comparator and console');
  const gatewayPort = await getPort({ host, port: usualGatewayPort });
  const consolePort = await getPort({ host, port: usualConsolePort });
  const configFile = join(processes.folder, 'understudy.yaml');
  await writeFile(configFile, configFileText({ brokers, registryUrl, gatewayPort, consolePort, modelUrls }));
  const { gateway, console } = await startServices({ processes, configFile });
  await untilPublishing(gateway);
  return {
    gateway,
    console,
    kafka: brokers.join(','),
    registry: registryUrl,
  };
}

async function startModels(processes: ProcessGroup): Promise<DemoPlaces['modelUrls']> {
  const [production, boosted, repaired] = await Promise.all([
    startModel(processes, 'production'),
    startModel(processes, 'shadow'),
    startModel(processes, 'shadow-repaired'),
  ]);
  return { production, boosted, repaired };
}

/** On any free port; resolves to its address. */
async function startModel(processes: ProcessGroup, model: ModelName): Promise<string> {
  const announced = (await spawnAnnounced(processes, {
    name: `the model "${model}"`,
    command: process.execPath,
    args: [modelServerFile, '--model', model, '--port', '0'],
    logFile: join(processes.folder, `model-${model}.log`),
    announcement: /^\{"listening":/,
  })) as { listening: string };
  return announced.listening;
}
