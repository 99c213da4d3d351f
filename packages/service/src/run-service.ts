import { parseArgs } from 'node:util';
import { type Config, ConfigError, loadConfig, type TelemetryConfig } from '@understudy/config';
import {
  createLogger,
  createMetrics,
  type Health,
  type Logger,
  type Metrics,
  serveTelemetry,
} from '@understudy/telemetry';
import { watchParent } from './parent.ts';

/** What a service is started with. */
export interface ServiceContext {
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** To be called when the service can't go on: it is closed, and the process exits with code 1. */
  readonly onOver: (error: Error) => void;
}

/** A service that runs. */
export interface RunningService {
  /** Where it answers callers; null for services that have none. */
  readonly address: string | null;
  /** Whether it does its work at this moment. */
  ready(): Health;
  /** Stops taking work and ends what is begun. */
  close(): Promise<void>;
}

export interface Service {
  readonly name: string;
  /** Where metrics and health are served, for services that don't serve them at their own address. */
  readonly telemetry?: (config: Config) => TelemetryConfig;
  readonly start: (context: ServiceContext) => Promise<RunningService>;
}

const closeLimitMs = 15_000;

/**
 * Runs a service as this process: reads `--config` (default `understudy.yaml`), starts it, prints one JSON line
 * `{ service, address }` on standard output when it is up, and ends on SIGTERM, SIGINT, SIGHUP, or when the
 * process that started it is gone. Exit code 2: the config is wrong; 1: it could not start, or not go on.
 */
export async function runService(service: Service): Promise<void> {
  const logger = createLogger({ service: service.name });
  const closing: (() => Promise<void>)[] = [];
  let isEnding = false;

  function end(code: number, why: string): void {
    if (isEnding) return;
    isEnding = true;
    logger.info({ why }, 'closing');
    setTimeout(() => process.exit(code === 0 ? 1 : code), closeLimitMs).unref();
    void Promise.allSettled(closing.map((close) => close())).then(() => process.exit(code));
  }

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => end(0, signal));
  watchParent(() => end(0, 'the process that started this one is gone'));

  try {
    const config = loadConfig({ file: configFile(), env: process.env });
    const metrics = createMetrics({ service: service.name });
    const onOver = (error: Error): void => {
      logger.fatal({ err: error }, 'the service can not go on');
      end(1, error.message);
    };
    const running = await service.start({ config, logger, metrics, onOver });
    closing.push(() => running.close());
    const telemetry = service.telemetry?.(config);
    if (telemetry !== undefined && telemetry.port !== 'off') {
      const { host, port } = telemetry;
      const health = (): Health => ({ ok: true, detail: {} });
      const server = await serveTelemetry({ host, port, metrics, health, ready: () => running.ready() });
      closing.push(() => server.close());
      logger.info({ address: server.address }, 'metrics and health');
    }
    process.stdout.write(`${JSON.stringify({ service: service.name, address: running.address })}\n`);
  } catch (error) {
    reportFailure(service.name, error, logger);
    end(error instanceof ConfigError ? 2 : 1, 'it could not start');
  }
}

function configFile(): string {
  const { values } = parseArgs({ options: { config: { type: 'string', default: 'understudy.yaml' } } });
  return values.config;
}

/** For a person first: the message says what to do. The log gets the stack of what nobody foresaw. */
function reportFailure(service: string, error: unknown, logger: Logger): void {
  process.stderr.write(
    `${service} could not start. ${error instanceof Error ? error.message : String(error)}\n`,
  );
  const isForeseen =
    error instanceof Error && (error instanceof ConfigError || 'code' in error || 'cause' in error);
  if (!isForeseen) logger.fatal({ err: error }, 'the service could not start');
}
