import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { TestContext } from 'node:test';
import type { LossReport } from '@understudy/client/recording';
import type { Config } from '@understudy/config';
import type { ProductionResponse, Request } from '@understudy/schemas-avro';
import {
  type IncomingRecord,
  KafkaAdmin,
  kafkaConnection,
  readLog,
  RecordRegistry,
  setUpSharedTopics,
} from '@understudy/streams';
import { createLogger, createMetrics, type Logger } from '@understudy/telemetry';
import type { TestCluster } from '../../../test/support/cluster.ts';
import { type RunningGateway, startGateway } from '../src/start.ts';
import { call, configFor, type ConfigParts } from './support.ts';

export const logger: Logger = createLogger({ service: 'gateway', level: 'fatal' });

/** A config with topics of its own. */
export function configOn(
  cluster: Pick<TestCluster, 'brokers' | 'registryUrl'>,
  productionUrl: string,
  parts: ConfigParts = {},
): Config {
  return configFor(productionUrl, {
    brokers: cluster.brokers.join("', '"),
    registry: cluster.registryUrl,
    prefix: `gateway-${randomUUID().slice(0, 8)}.`,
    ...parts,
  });
}

/** Makes the shared topics, as the other services do. */
export async function makeTopics(config: Config): Promise<void> {
  const connection = kafkaConnection(config, 'gateway-test', logger);
  const admin = await KafkaAdmin.open(connection);
  const registry = await RecordRegistry.open({ url: config.registry.url });
  await setUpSharedTopics({ config, connection, admin, registry });
  await admin.close();
}

/** The whole gateway, closed after the test. */
export async function start(t: TestContext, config: Config): Promise<RunningGateway> {
  const gateway = await startGateway({ config, logger, metrics: createMetrics({ service: 'gateway' }) });
  t.after(() => gateway.close());
  return gateway;
}

export async function losses({ address }: RunningGateway): Promise<LossReport> {
  const { body } = await call(`${address}/-/losses`, { method: 'GET' });
  return JSON.parse(body.toString()) as LossReport;
}

export interface Logged<T> extends IncomingRecord {
  readonly decoded: T;
}

export interface Log {
  readonly requests: readonly Logged<Request>[];
  readonly responses: readonly Logged<ProductionResponse>[];
}

/** What an independent reader finds in the two topics. */
export async function readBoth(config: Config): Promise<Log> {
  const connection = kafkaConnection(config, 'gateway-test', logger);
  const registry = await RecordRegistry.open({ url: config.registry.url });
  async function read<K extends 'request' | 'production-response'>(name: K, topic: string) {
    const records = [];
    for await (const record of readLog(connection, { topic: config.kafka.prefix + topic })) {
      assert.ok(record.value);
      records.push(Object.assign(record, { decoded: await registry.decode(name, record.value) }));
    }
    return records;
  }
  return {
    requests: await read('request', 'requests'),
    responses: await read('production-response', 'production-responses'),
  };
}

export function idOf({ decoded }: Logged<Request | ProductionResponse>): string {
  return decoded.exchangeId;
}
