import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { javaCommand } from './java.ts';
import type { ManagedProcess } from './managed-process.ts';
import { HOST } from './ports.ts';
import type { ProcessGroup } from './process-group.ts';

export interface RegistrySpec {
  readonly port: number;
  /** Its storage: the schemas lie in a topic. */
  readonly bootstrapServers: readonly string[];
  /** For temporary files; made if need be. */
  readonly folder: string;
  readonly logFile: string;
  readonly registryJar: string;
}

/** It takes some 8 s; on a machine that has other work it has been seen to take two minutes. */
const READY_WITHIN_MS = 240_000;
const STOP_WITHIN_MS = 5_000;
const ANSWER_WITHIN_MS = 60_000;
/** How long its reader waits for records: it waits that long at every start for snapshots that are not there (5 s by default). */
const POLL_MS = 500;

/** The address of its Confluent-compatible API. */
export function registryUrl(port: number): string {
  return `http://${HOST}:${port}/apis/ccompat/v7`;
}

/** Starts Apicurio Registry, waits until it answers, and makes BACKWARD_TRANSITIVE the rule for every subject (without a rule it checks nothing). */
export async function startRegistry(spec: RegistrySpec, processes: ProcessGroup): Promise<ManagedProcess> {
  await mkdir(join(spec.folder, 'tmp'), { recursive: true });
  const registry = await processes.spawn({
    name: 'schema registry',
    command: javaCommand(),
    args: [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      '-XX:+ExitOnOutOfMemoryError',
      `-Djava.io.tmpdir=${join(spec.folder, 'tmp')}`,
      '-jar',
      spec.registryJar,
    ],
    env: {
      APICURIO_STORAGE_KIND: 'kafkasql',
      APICURIO_KAFKASQL_BOOTSTRAP_SERVERS: spec.bootstrapServers.join(','),
      APICURIO_KAFKASQL_CONSUMER_POLL_TIMEOUT: String(POLL_MS),
      QUARKUS_HTTP_HOST: HOST,
      QUARKUS_HTTP_PORT: String(spec.port),
      QUARKUS_HTTP_ACCESS_LOG_ENABLED: 'false',
      QUARKUS_LOG_CATEGORY__IO_QUARKUS__LEVEL: 'INFO', // or it does not say that it listens
    },
    cwd: spec.folder,
    logFile: spec.logFile,
    readyLine: /Listening on: http/,
    readyWithinMs: READY_WITHIN_MS,
    stopWithinMs: STOP_WITHIN_MS,
  });
  try {
    await request(`${registryUrl(spec.port)}/subjects`, {});
    await request(`${registryUrl(spec.port)}/config`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ compatibility: 'BACKWARD_TRANSITIVE' }),
    });
  } catch (cause) {
    await registry.stop();
    throw new Error(`the schema registry says it is up and does not answer: ${spec.logFile}`, { cause });
  }
  return registry;
}

async function request(url: string, init: RequestInit): Promise<void> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const body = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${body.slice(0, 500)}`);
}
