import type { ISocketFactory, Kafka as KafkaClient, RetryOptions, SASLOptions } from 'kafkajs';
import type { ConnectionOptions } from 'node:tls';
import type { Logger } from '@understudy/telemetry';
import { Kafka } from './kafkajs.ts';

/** Where Kafka is and how to get in. */
export interface KafkaConnection {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Default: no TLS. */
  readonly ssl?: boolean | ConnectionOptions;
  /** `plain`, `scram-sha-256` or `scram-sha-512`. Default: none. */
  readonly sasl?: Extract<SASLOptions, { username: string }>;
  /** Default 10,000. A request without an answer in this time closes its connection. */
  readonly requestTimeoutMs?: number;
  /** Default 2,000. */
  readonly connectionTimeoutMs?: number;
  readonly logger?: Logger;
  /** For tests: how sockets are made (a proxy that injects faults). */
  readonly socketFactory?: ISocketFactory;
}

export function createKafka(connection: KafkaConnection, suffix: string, retry?: RetryOptions): KafkaClient {
  return new Kafka({
    brokers: [...connection.brokers],
    clientId: `${connection.clientId}-${suffix}`,
    ...(retry && { retry }),
  });
}
