import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { resolveDistribution } from './distribution.ts';
import type { Distribution } from './distribution.ts';
import { requireJava } from './java.ts';
import { prepareBroker, startBroker } from './kafka-broker.ts';
import type { BrokerSpec } from './kafka-broker.ts';
import { HOST, PortPicker, startOnFreePorts } from './ports.ts';
import { ProcessGroup } from './process-group.ts';
import { RestartableProcess } from './restartable-process.ts';
import { registryUrl, startRegistry } from './schema-registry.ts';
import type { RegistrySpec } from './schema-registry.ts';

export interface LocalClusterOptions {
  /** Default: 1. With 3 everything is kept three times, and two must confirm. */
  readonly brokers?: 1 | 3;
  /** Default: true. */
  readonly registry?: boolean;
  /** Kafka's data is kept here and used again. Default: a folder of this start, removed by `stop`. */
  readonly dataDir?: string;
  /** Exactly these, or an error (three brokers: this one and the two above). Default: 9092 and 8081, or free ones when those are taken. */
  readonly ports?: { readonly kafka?: number; readonly registry?: number };
  /** Told what is being done, for people. */
  readonly onProgress?: (text: string) => void;
  /** Whose processes these become. Default: a group of its own. */
  readonly processes?: ProcessGroup;
}

/** A running Kafka and schema registry, reachable from this machine only. */
export interface LocalCluster {
  /** One `host:port` a broker. */
  readonly bootstrapServers: readonly string[];
  /** Address of the Confluent-compatible API; null without a registry. */
  readonly registryUrl: string | null;
  /** By position in `bootstrapServers`, from 0. Throws RangeError for others. */
  broker(index: number): RestartableProcess;
  /** Null without a registry. */
  readonly registry: RestartableProcess | null;
  /** Stops all of it; removes its data unless that has a folder of its own. */
  stop(): Promise<void>;
}

const USUAL_KAFKA_PORT = 9092;
const USUAL_REGISTRY_PORT = 8081;
/**
 * Starts a real Apache Kafka (KRaft) and Apicurio Registry on 127.0.0.1, downloaded by Maven the first time. Takes about 10 s, 4 s without a registry.
 *
 * Throws a sentence that says what to install when Java or Maven is missing, and ProcessError, with the last lines of the log, when something does not come up; the
 * logs then stay until the next start.
 */
export async function startLocalCluster(options: LocalClusterOptions = {}): Promise<LocalCluster> {
  const processes = options.processes ?? new ProcessGroup();
  try {
    const cluster = await start(options, processes);
    return options.processes === undefined ? { ...cluster, stop: () => processes.stop() } : cluster;
  } catch (error) {
    if (options.processes === undefined) await processes.stop({ keepFolder: true });
    throw error;
  }
}

async function start(options: LocalClusterOptions, processes: ProcessGroup): Promise<LocalCluster> {
  const onProgress = options.onProgress ?? ((): void => {});
  await requireJava();
  await processes.endLeftovers();
  const distribution = await resolveDistribution(processes, onProgress);
  const folder = await mkdtemp(join(processes.folder, 'cluster-'));
  const parts: RestartableProcess[] = [];
  const stop = async (): Promise<void> => {
    for (const part of [...parts].reverse()) await part.stop();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };

  onProgress('Starting Kafka');
  const { bootstrapServers, brokers } = await startOnFreePorts(
    () => planBrokers(options, folder, distribution),
    ({ specs }) => startBrokers(specs, processes),
  );
  parts.push(...brokers);
  const broker = (index: number): RestartableProcess => {
    const found = brokers[index];
    if (found === undefined)
      throw new RangeError(`there is no broker ${index}: ${brokers.length} run, from 0`);
    return found;
  };
  if (options.registry === false)
    return { bootstrapServers, registryUrl: null, registry: null, broker, stop };

  onProgress('Starting the schema registry');
  const { url, registry } = await startOnFreePorts(
    () => planRegistry(options, folder, distribution, bootstrapServers),
    ({ spec }) => startOneRegistry(spec, processes),
  );
  parts.push(registry);
  return { bootstrapServers, registryUrl: url, registry, broker, stop };
}

async function planBrokers(
  options: LocalClusterOptions,
  folder: string,
  { kafkaClassPath }: Distribution,
): Promise<{ specs: readonly BrokerSpec[]; ports: readonly number[] }> {
  const nodeIds = options.brokers === 3 ? [1, 2, 3] : [1];
  const dataFolder = options.dataDir === undefined ? folder : resolve(options.dataDir);
  const clusterId = await clusterIdOf(dataFolder, nodeIds.length);
  const picker = new PortPicker();
  const ports = new Map<number, number>();
  const controllerPorts = new Map<number, number>();
  const wanted = options.ports?.kafka;
  for (const nodeId of nodeIds) {
    ports.set(nodeId, await brokerPort(picker, { wanted, nodeId, isAlone: nodeIds.length === 1 }));
  }
  for (const nodeId of nodeIds) controllerPorts.set(nodeId, await picker.any());
  const specs = [...ports].map(([nodeId, port]) => ({
    nodeId,
    port,
    controllerPorts,
    clusterId,
    kafkaClassPath,
    folder: join(dataFolder, `broker-${nodeId}`),
    logFile: join(folder, `broker-${nodeId}.log`),
  }));
  return { specs, ports: [...ports.values(), ...controllerPorts.values()] };
}

/**
 * The usual port is for one broker, which people look for there. Two clusters of three that are started at once would both find
 * the same ones free, and each would wait for brokers that it has not got.
 */
function brokerPort(
  picker: PortPicker,
  {
    wanted,
    nodeId,
    isAlone,
  }: { readonly wanted: number | undefined; readonly nodeId: number; readonly isAlone: boolean },
): Promise<number> {
  if (wanted !== undefined) return picker.exactly(wanted + nodeId - 1);
  return isAlone ? picker.usualOrAny(USUAL_KAFKA_PORT) : picker.any();
}

async function planRegistry(
  options: LocalClusterOptions,
  folder: string,
  { registryJar }: Distribution,
  bootstrapServers: readonly string[],
): Promise<{ spec: RegistrySpec; ports: readonly number[] }> {
  const picker = new PortPicker();
  const wanted = options.ports?.registry;
  const port =
    wanted === undefined ? await picker.usualOrAny(USUAL_REGISTRY_PORT) : await picker.exactly(wanted);
  const logFile = join(folder, 'registry.log');
  const spec = { port, bootstrapServers, registryJar, folder: join(folder, 'registry'), logFile };
  return { spec, ports: [port] };
}

/** All at once: none is up before a majority is. */
async function startBrokers(
  specs: readonly BrokerSpec[],
  processes: ProcessGroup,
): Promise<{ bootstrapServers: readonly string[]; brokers: readonly RestartableProcess[] }> {
  await Promise.all(specs.map((spec) => prepareBroker(spec, processes)));
  const started = await Promise.allSettled(specs.map((spec) => startBroker(spec, processes)));
  const failed = started.find((result) => result.status === 'rejected');
  if (failed !== undefined) {
    for (const result of started) if (result.status === 'fulfilled') await result.value.stop();
    throw failed.reason;
  }
  const brokers = specs.flatMap((spec, index) => {
    const result = started[index];
    return result?.status === 'fulfilled'
      ? [new RestartableProcess(result.value, () => startBroker(spec, processes))]
      : [];
  });
  return { bootstrapServers: specs.map(({ port }) => `${HOST}:${port}`), brokers };
}

async function startOneRegistry(
  spec: RegistrySpec,
  processes: ProcessGroup,
): Promise<{ url: string; registry: RestartableProcess }> {
  const startIt = () => startRegistry(spec, processes);
  return { url: registryUrl(spec.port), registry: new RestartableProcess(await startIt(), startIt) };
}

/** The id of the cluster whose data lies in a folder; a new one for a new folder. Throws if it was made with another number of brokers. */
async function clusterIdOf(folder: string, brokers: number): Promise<string> {
  const file = join(folder, 'cluster.json');
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text !== null) {
    const kept = JSON.parse(text) as { clusterId: string; brokers: number };
    if (kept.brokers === brokers) return kept.clusterId;
    throw new Error(
      `${folder} holds the data of ${kept.brokers} broker(s), ${brokers} were asked for: choose another folder`,
    );
  }
  const clusterId = newClusterId();
  await mkdir(folder, { recursive: true });
  await writeFile(file, JSON.stringify({ clusterId, brokers }));
  return clusterId;
}

/** 16 random bytes in base64url; Kafka's tools would take a leading dash for an option. */
function newClusterId(): string {
  const id = randomBytes(16).toString('base64url');
  return id.startsWith('-') ? newClusterId() : id;
}
