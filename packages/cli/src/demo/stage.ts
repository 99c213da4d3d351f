import { type ModelName, modelServerFile } from '@understudy/example-mortgage';
import { type ProcessGroup, startLocalCluster } from '@understudy/infra-local';
import getPort from 'get-port';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readGatewayObstacle } from './api.ts';
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
const publishingLimitMs = 60_000;

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
  await Promise.all([
    startService(processes, 'gateway', configFile),
    startService(processes, 'shadow-invoker', configFile),
    startService(processes, 'comparator', configFile),
    startService(processes, 'console', configFile),
  ]);
  const gateway = `http://${host}:${gatewayPort}`;
  await untilPublishing(gateway);
  return {
    gateway,
    console: `http://${host}:${consolePort}`,
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
  const logFile = join(processes.folder, `model-${model}.log`);
  const readyLine = /^\{"listening":/;
  await processes.spawn({
    name: `the model "${model}"`,
    command: process.execPath,
    args: [modelServerFile, '--model', model, '--port', '0'],
    logFile,
    readyLine,
  });
  const line = (await readFile(logFile, 'utf8')).split('\n').find((text) => readyLine.test(text));
  return (JSON.parse(line ?? '{}') as { listening: string }).listening;
}

async function startService(processes: ProcessGroup, service: string, configFile: string): Promise<void> {
  const main = fileURLToPath(new URL(`../../../../services/${service}/src/main.ts`, import.meta.url));
  await processes.spawn({
    name: `the ${service}`,
    command: process.execPath,
    args: [main, '--config', configFile],
    logFile: join(processes.folder, `${service}.log`),
    readyLine: /^\{"service":/,
  });
}

/** The gateway answers callers before it has found Kafka; the demo counts every request, so it waits. */
async function untilPublishing(gateway: string): Promise<void> {
  const giveUpAt = performance.now() + publishingLimitMs;
  for (;;) {
    const obstacle = await readGatewayObstacle(gateway);
    if (obstacle === null) return;
    if (performance.now() > giveUpAt) throw new Error(`the gateway can't publish: ${obstacle}`);
    await delay(100);
  }
}
