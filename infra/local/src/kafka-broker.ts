import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answersApiVersions } from './api-versions.ts';
import { javaCommand } from './java.ts';
import type { ManagedProcess } from './managed-process.ts';
import { HOST } from './ports.ts';
import type { ProcessGroup } from './process-group.ts';

/** One node of the cluster, broker and controller at once. */
export interface BrokerSpec {
  /** 1, 2, 3. */
  readonly nodeId: number;
  readonly port: number;
  /** Of all nodes, by node id: they vote. */
  readonly controllerPorts: ReadonlyMap<number, number>;
  /** Holds its config and data; made if need be. */
  readonly folder: string;
  readonly logFile: string;
  readonly clusterId: string;
  readonly kafkaClassPath: string;
}

const LOGGING_FILE = fileURLToPath(new URL('../kafka/log4j2.properties', import.meta.url));
const FORMATTED_WITHIN_MS = 60_000;
/** It takes some 4 s; three at once, on a machine that has other work, have been seen to take two minutes. */
const READY_WITHIN_MS = 240_000;
const STOP_WITHIN_MS = 10_000;
/** Of three, the last one waits in vain for leave from a majority that is gone. */
const STOP_ONE_OF_THREE_WITHIN_MS = 3_000;

/** Writes the broker's config and, the first time, formats its data folder with Kafka's StorageTool. */
export async function prepareBroker(spec: BrokerSpec, processes: ProcessGroup): Promise<void> {
  await mkdir(join(spec.folder, 'tmp'), { recursive: true });
  await writeFile(join(spec.folder, 'server.properties'), serverProperties(spec));
  if (existsSync(join(spec.folder, 'data', 'meta.properties'))) return;
  await processes.run(
    {
      name: `formatting of kafka broker ${spec.nodeId}`,
      command: javaCommand(),
      args: [
        '-Xmx128m',
        '-XX:TieredStopAtLevel=1',
        '-XX:+UseSerialGC',
        ...javaArguments(spec, 'kafka.tools.StorageTool'),
        'format',
        '--cluster-id',
        spec.clusterId,
        '--config',
        'server.properties',
      ],
      cwd: spec.folder,
      logFile: spec.logFile,
    },
    FORMATTED_WITHIN_MS,
  );
}

/** Starts a prepared broker and waits until it is part of the cluster and answers. */
export async function startBroker(spec: BrokerSpec, processes: ProcessGroup): Promise<ManagedProcess> {
  const broker = await processes.spawn({
    name: `kafka broker ${spec.nodeId}`,
    command: javaCommand(),
    args: [
      '-Xmx512m',
      '-XX:+ExitOnOutOfMemoryError',
      ...javaArguments(spec, 'kafka.Kafka'),
      'server.properties',
    ],
    cwd: spec.folder,
    logFile: spec.logFile,
    readyLine: /Kafka Server started/,
    readyWithinMs: READY_WITHIN_MS,
    stopWithinMs: spec.controllerPorts.size === 1 ? STOP_WITHIN_MS : STOP_ONE_OF_THREE_WITHIN_MS,
  });
  if (!(await answersApiVersions(spec.port))) {
    await broker.stop();
    throw new Error(
      `kafka broker ${spec.nodeId} says it is up and does not answer on port ${spec.port}: ${spec.logFile}`,
    );
  }
  return broker;
}

function javaArguments(spec: BrokerSpec, mainClass: string): readonly string[] {
  return [
    `-Djava.io.tmpdir=${join(spec.folder, 'tmp')}`, // native codecs are unpacked there and stay after a kill -9
    `-Dlog4j2.configurationFile=${LOGGING_FILE}`,
    '-cp',
    spec.kafkaClassPath,
    mainClass,
  ];
}

/** Paths are relative to the broker's folder: Kafka would cut `log.dirs` at a comma. */
function serverProperties(spec: BrokerSpec): string {
  const brokers = spec.controllerPorts.size;
  const replicas = brokers;
  const minInSync = brokers === 1 ? 1 : 2;
  const voters = [...spec.controllerPorts].map(([nodeId, port]) => `${nodeId}@${HOST}:${port}`);
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': spec.nodeId,
    'controller.quorum.voters': voters.join(','),
    listeners: `PLAINTEXT://${HOST}:${spec.port},CONTROLLER://${HOST}:${spec.controllerPorts.get(spec.nodeId)}`,
    'advertised.listeners': `PLAINTEXT://${HOST}:${spec.port}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
    'log.dirs': 'data',
    'auto.create.topics.enable': false,
    'broker.session.timeout.ms': 4_000, // a killed broker is let in again only after this (9 s by default)
    'broker.heartbeat.interval.ms': 500,
    'group.initial.rebalance.delay.ms': 0,
    'group.min.session.timeout.ms': 1000, // 6 s by default: a test of kill -9 would mostly wait for it
    'default.replication.factor': replicas,
    'min.insync.replicas': minInSync,
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 4,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': minInSync,
    'transaction.state.log.num.partitions': 4,
    'log.cleaner.dedupe.buffer.size': 16 * 1024 * 1024, // a quarter of the heap by default
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`);
  return lines.join('');
}
