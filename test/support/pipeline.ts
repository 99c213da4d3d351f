import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Config, type KafkaConfig, loadConfig } from '@understudy/config';
import { type ManagedProcess, ProcessGroup } from '@understudy/infra-local';
import type { TestCluster } from './cluster.ts';

const services = ['gateway', 'shadow-invoker', 'comparator', 'console'] as const;
type ServiceName = (typeof services)[number];

const root = fileURLToPath(new URL('../..', import.meta.url));

export interface PipelineOptions {
  readonly production: RequestListener;
  readonly shadow: RequestListener;
  /** Of every service; default info. */
  readonly logLevel?: string;
  /** What divergence, verdicts and alerts are written in; default avro. */
  readonly format?: KafkaConfig['format'];
  /** As in the config; default none. */
  readonly session?: object;
  /** Of the shadow, as the config has them; default: its own, but for a timeout of 5 s. */
  readonly limits?: {
    readonly timeout: string;
    readonly concurrency: number;
    readonly maxOutstanding: number;
  };
}

/** All services as real processes, with one lane: `mortgage.boosted.live`, whose windows are a second wide. */
export interface Pipeline {
  readonly config: Config;
  readonly configFile: string;
  /** Where callers send their requests. */
  readonly route: string;
  /** Where the console answers. */
  readonly console: string;
  /** What a service has printed and logged so far. */
  log(service: ServiceName): string;
  /** Stops the comparator, and starts one that writes in this form. */
  restartComparator(format: KafkaConfig['format']): Promise<void>;
  /** Kills the shadow-invoker, as kill -9 does, and starts another one. */
  killInvoker(): Promise<void>;
  /** Adds a shadow to the config; services follow when that is applied. */
  addShadow(name: string, shadow: RequestListener): Promise<void>;
  /** Ends the services as a cluster does; their logs stay until the test has ended. */
  stopServices(): Promise<void>;
}

export async function startPipeline(
  t: TestContext,
  cluster: Pick<TestCluster, 'brokers' | 'registryUrl'>,
  { production, shadow, logLevel = 'info', format = 'avro', session, limits }: PipelineOptions,
): Promise<Pipeline> {
  const processes = new ProcessGroup();
  t.after(() => processes.stop());
  const configFile = join(processes.folder, 'understudy.yaml');
  const models: Models = {
    production: await startModel(t, production),
    shadows: [{ name: 'boosted', url: await startModel(t, shadow) }],
  };
  const prefix = `pipeline-${randomBytes(4).toString('hex')}.`;
  const running = new Map<ServiceName, ManagedProcess>();
  function configure(newFormat: KafkaConfig['format']): void {
    const { brokers, registryUrl } = cluster;
    const kafka = { brokers, partitions: 2, prefix, format: newFormat };
    writeFileSync(configFile, configText({ kafka, registryUrl, models, session, limits }));
  }
  async function start(service: ServiceName, name: string): Promise<void> {
    const started = await processes.spawn({
      name,
      command: process.execPath,
      args: [join(root, 'services', service, 'src', 'main.ts'), '--config', configFile],
      env: { UNDERSTUDY_LOG_LEVEL: logLevel },
      logFile: join(processes.folder, `${name}.log`),
      readyLine: /^\{"service":/m,
    });
    running.set(service, started);
  }
  configure(format);
  for (const service of services) await start(service, service);
  const log = (service: ServiceName): string => readFileSync(running.get(service)?.logFile ?? '', 'utf8');
  return {
    config: loadConfig({ file: configFile, env: {} }),
    configFile,
    route: `${addressIn(log('gateway'))}/predict`,
    console: addressIn(log('console')),
    log,
    restartComparator: async (newFormat) => {
      await running.get('comparator')?.stop();
      configure(newFormat);
      await start('comparator', 'comparator-again');
    },
    killInvoker: async () => {
      const invoker = running.get('shadow-invoker');
      invoker?.kill('SIGKILL');
      await invoker?.exited;
      await start('shadow-invoker', 'shadow-invoker-again');
    },
    addShadow: async (name, listener) => {
      models.shadows.push({ name, url: await startModel(t, listener) });
      configure(format);
    },
    stopServices: async () => {
      await Promise.all([...running.values()].map((service) => service.stop()));
    },
  };
}

interface Models {
  readonly production: string;
  readonly shadows: { readonly name: string; readonly url: string }[];
}

async function startModel(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface PipelineConfig {
  readonly kafka: Pick<KafkaConfig, 'brokers' | 'partitions' | 'prefix' | 'format'>;
  readonly registryUrl: string;
  readonly models: Models;
  readonly session: PipelineOptions['session'];
  readonly limits: PipelineOptions['limits'];
}

function configText({ kafka, registryUrl, models, session, limits }: PipelineConfig): string {
  const experiment = {
    name: 'mortgage',
    route: { path: '/predict' },
    production: { url: models.production, timeout: '5s' },
    window: '1s',
    session,
    shadows: models.shadows.map((shadow) => ({ ...shadow, timeout: '5s', ...limits })),
    comparison: { kind: 'class', label: '/decision' },
  };
  // JSON is YAML.
  return JSON.stringify({
    kafka,
    registry: { url: registryUrl },
    gateway: { port: 0 },
    console: { port: 0 },
    experiments: [experiment],
  });
}

function addressIn(log: string): string {
  return /"address":"(http:[^"]+)"\}$/m.exec(log)?.[1] ?? '';
}
