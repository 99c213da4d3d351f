import type {
  Cluster,
  ISocketFactory,
  ISocketFactoryArgs,
  Kafka as KafkaClient,
  logCreator,
  logLevel,
  RetryOptions,
  SASLOptions,
} from 'kafkajs';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Logger } from '@understudy/telemetry';
import { Kafka, LogLevel } from './kafkajs.ts';
import { inTime } from './retry.ts';
import { supplySockets } from './shims/connections.ts';
import { clusterMadeWith, nameTopics } from './shims/own-cluster.ts';

const releaseLimitMs = 2000;
const keepAliveMs = 60_000;

/** Where Kafka is and how to get in. */
export interface KafkaConnection {
  /** `host:port` of some brokers; the others are found through them. */
  readonly brokers: readonly string[];
  readonly clientId: string;
  /** Default: no TLS. */
  readonly ssl?: boolean | ConnectionOptions;
  /** `plain`, `scram-sha-256` or `scram-sha-512`. Default: none. */
  readonly sasl?: Extract<SASLOptions, { username: string }>;
  /** Default 10,000. A request that has no answer by then fails, and its connection is opened anew. */
  readonly requestTimeoutMs?: number;
  /** Default 2,000. */
  readonly connectionTimeoutMs?: number;
  readonly logger?: Logger;
  /** For tests: makes the sockets, for example through a proxy that injects faults. */
  readonly socketFactory?: ISocketFactory;
}

/** A kafkajs instance for one producer, consumer or admin. */
export interface KafkaInstance {
  readonly kafka: KafkaClient;
  /** What its client, once made, reaches the brokers through. */
  cluster(): Cluster;
  /**
   * Disconnects the instance's client, for at most `limitMs` (default 2,000), and then closes whatever is
   * left of it.
   */
  release(client: { disconnect(): Promise<void> }, limitMs?: number): Promise<void>;
  /**
   * Disconnects the instance's client, which has nothing under way, and may connect again once this resolves. Not
   * before: kafkajs takes the end of the old connection for the end of the new one.
   */
  rest(client: { disconnect(): Promise<void> }): Promise<void>;
}

export interface KafkaInstanceOptions {
  /** For connecting, metadata and finding coordinators. Default: 8 times in about 5 s. */
  readonly retry?: RetryOptions;
  /** Topics that its client is about, which exist. Default: until it has named one, it asks about all there are. */
  readonly topics?: readonly string[];
}

/** Never share one: an instance keeps offsets by group, so that two consumers of it overwrite each other's. */
export function createKafka(
  connection: KafkaConnection,
  suffix: string,
  { retry, topics = [] }: KafkaInstanceOptions = {},
): KafkaInstance {
  const { ssl, sasl } = connection;
  const sockets = supplySockets(connection.socketFactory ?? openSocket);
  nameTopics(sockets.factory, topics);
  const kafka = new Kafka({
    brokers: [...connection.brokers],
    clientId: `${connection.clientId}-${suffix}`,
    requestTimeout: connection.requestTimeoutMs ?? 10_000,
    connectionTimeout: connection.connectionTimeoutMs ?? 2000,
    retry: retry ?? { initialRetryTime: 50, maxRetryTime: 1000, retries: 8 },
    socketFactory: sockets.factory,
    ...logging(connection.logger),
    ...(ssl === undefined ? {} : { ssl }),
    ...(sasl === undefined ? {} : { sasl }),
  });
  return {
    kafka,
    cluster: () => {
      const cluster = clusterMadeWith(sockets.factory);
      if (cluster === undefined) throw new Error('this instance has made no client');
      return cluster;
    },
    release: async (client, limitMs = releaseLimitMs) => {
      await inTime(limitMs, 'disconnect', client.disconnect()).catch(() => {});
      sockets.end();
    },
    rest: async (client) => {
      await inTime(releaseLimitMs, 'disconnect', client.disconnect()).catch(() => {});
      await sockets.close();
    },
  };
}

function openSocket({ host, port, ssl, onConnect }: ISocketFactoryArgs): Socket {
  const serverName = isIP(host) === 0 ? { servername: host } : {};
  const socket = ssl
    ? connectTls({ host, port, ...serverName, ...ssl }, onConnect)
    : connectTcp({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveMs);
}

/**
 * kafkajs logs every attempt of every retry as an error, so its warnings and errors are debug lines of
 * ours. Nothing is lost: what comes of the attempts reaches the caller as a result, an error or a callback.
 */
function logging(logger: Logger | undefined): {
  logLevel: logLevel;
  logCreator?: logCreator;
} {
  if (!logger?.isLevelEnabled('debug')) return { logLevel: LogLevel.NOTHING };
  return {
    logLevel: LogLevel.WARN,
    logCreator: () => (entry) => {
      const { message, ...details } = entry.log;
      logger.debug({ kafkajs: { namespace: entry.namespace, label: entry.label, ...details } }, message);
    },
  };
}
