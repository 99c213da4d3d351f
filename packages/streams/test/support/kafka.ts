import { startLocalCluster } from '@understudy/infra-local';
import type { ISocketFactory, Kafka as KafkaClient, RetryOptions } from 'kafkajs';
import { randomBytes } from 'node:crypto';
import { after } from 'node:test';
import type { KafkaConnection } from '../../src/client/connection.ts';
import { Kafka, LogLevel } from '../../src/client/kafkajs.ts';

/**
 * The shared broker of the test run, or one for this file: `host:port`. Call it at the top level of the
 * file.
 */
export async function testBroker(): Promise<string> {
  const [shared] = process.env['UNDERSTUDY_TEST_BROKERS']?.split(',') ?? [];
  if (shared !== undefined) return shared;
  const cluster = await startLocalCluster({ brokers: 1, registry: false });
  after(() => cluster.stop());
  return cluster.bootstrapServers[0] ?? '';
}

/** Begins every name of a test file, so that files can share a broker. */
export function freshPrefix(file: string): string {
  return `${file}-${randomBytes(4).toString('hex')}-`;
}

export function connectionTo(broker: string, socketFactory?: ISocketFactory): KafkaConnection {
  return { brokers: [broker], clientId: 'test', ...(socketFactory === undefined ? {} : { socketFactory }) };
}

export interface BareOptions {
  readonly socketFactory?: ISocketFactory;
  readonly requestTimeoutMs?: number;
  readonly retry?: RetryOptions;
}

/**
 * kafkajs as it comes, for canaries to show what it does. What our guards change inside of kafkajs, they
 * change in the whole process: canaries of those run it in a process of its own (`bare-process.ts`).
 */
export function bareKafka(brokers: readonly string[], options: BareOptions = {}): KafkaClient {
  const { socketFactory, requestTimeoutMs, retry } = options;
  return new Kafka({
    clientId: 'bare',
    brokers: [...brokers],
    logLevel: LogLevel.NOTHING,
    ...(socketFactory === undefined ? {} : { socketFactory }),
    ...(requestTimeoutMs === undefined ? {} : { requestTimeout: requestTimeoutMs }),
    ...(retry === undefined ? {} : { retry }),
  });
}
