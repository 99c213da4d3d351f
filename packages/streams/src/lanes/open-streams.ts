import { readFileSync } from 'node:fs';
import type { Config, KafkaTls } from '@understudy/config';
import type { Logger, Metrics } from '@understudy/telemetry';
import { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { KafkaLogLookup, type LogLookup } from '../client/log-lookup.ts';
import { PartitionSender } from '../client/sender.ts';
import { RecordRegistry, type RecordRegistryOptions } from '../registry/record-registry.ts';
import { queuedBytes } from '../tasks/assigned-tasks.ts';
import { ByteBudget } from '../tasks/byte-budget.ts';
import { createTaskMetrics, type TaskMetrics } from '../tasks/task-metrics.ts';
import { Ticker } from '../tasks/ticker.ts';

/** What a stream service needs of Kafka and the registry, opened once per process. */
export interface Streams {
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly lookup: LogLookup;
  readonly registry: RecordRegistry;
  readonly ticker: Ticker;
  readonly metrics: TaskMetrics;
  /** Of what is fetched and not yet taken, by all groups of the process. */
  readonly budget: ByteBudget;
  close(): Promise<void>;
}

/** What other teams' consumers subscribe to; the rest is between our services. */
const forSubscribers = ['divergence', 'verdict', 'alert'] as const;

/** The config's Kafka section as the port takes it. */
export function kafkaConnection(
  config: Pick<Config, 'kafka'>,
  clientId: string,
  logger: Logger,
): KafkaConnection {
  const { brokers, ssl, sasl, requestTimeoutMs } = config.kafka;
  return {
    brokers,
    clientId,
    requestTimeoutMs,
    logger,
    ssl: typeof ssl === 'boolean' ? ssl : pemFiles(ssl),
    ...(sasl && { sasl: { ...sasl, password: sasl.password.reveal() } }),
  };
}

const sayEveryMs = 5_000;

function sayWaiting(logger: Logger): NonNullable<RecordRegistryOptions['onWaiting']> {
  let saidMs = -Infinity;
  return ({ waitedMs, error }) => {
    if (waitedMs - saidMs < sayEveryMs) return;
    saidMs = waitedMs;
    logger.warn({ waitedMs: Math.round(waitedMs) }, `waiting for the registry: ${error.message}`);
  };
}

function pemFiles(files: KafkaTls): Partial<Record<keyof KafkaTls, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, file]) => [name, readFileSync(file, 'utf8')]));
}

/** Connects to Kafka and the registry, waiting for them within limits. */
export async function openStreams(options: {
  config: Config;
  service: string;
  logger: Logger;
  metrics: Metrics;
}): Promise<Streams> {
  const { config, service, logger, metrics } = options;
  const connection = kafkaConnection(config, `understudy-${service}`, logger);
  const { url, auth } = config.registry;
  const registry = await RecordRegistry.open({
    url,
    ...(auth && { auth: { username: auth.username, password: auth.password.reveal() } }),
    writtenAsJson: config.kafka.format === 'json' ? forSubscribers : [],
    logger,
    onWaiting: sayWaiting(logger),
  });
  const admin = await KafkaAdmin.open(connection);
  const taskMetrics = createTaskMetrics(metrics);
  const lookup = new KafkaLogLookup(connection, (bytes) => taskMetrics.lookupBytes.inc(bytes));
  const ticks = new PartitionSender(connection, { maxQueuedRecords: 1_000, maxQueuedBytes: 1024 * 1024 });
  return {
    connection,
    admin,
    lookup,
    registry,
    ticker: new Ticker(admin, ticks),
    metrics: taskMetrics,
    budget: new ByteBudget(queuedBytes),
    close: async () => {
      await ticks.close({ graceMs: 1_000 });
      await lookup.close();
      await admin.close();
    },
  };
}
