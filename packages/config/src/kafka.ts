import { z } from 'zod';
import {
  duration,
  hostAndPort,
  integer,
  list,
  oneOf,
  readableFile,
  secret,
  section,
  type Surroundings,
  text,
} from './fields.ts';
import { retention, retentionOf, type RetentionOf } from './retention.ts';
import type { Secret } from './secret.ts';

/** Where Kafka is, how to connect to it, and how topics are made when they are missing. */
export interface KafkaConfig {
  /** `host:port` of some brokers; the others are learned from them. Required, at least one; here or as UNDERSTUDY_KAFKA_BROKERS. */
  readonly brokers: readonly string[];
  /** What every topic's name begins with; default `understudy.` */
  readonly prefix: string;
  /** Partitions of every topic under the prefix, 1 to 1000; default 6. Fixed once the topics exist. */
  readonly partitions: number;
  /** Copies of every partition, 1 to 100; default 1. */
  readonly replicationFactor: number;
  /** `retention`: how long topics keep records, 1h to 3650d; default 7d. */
  readonly retentionMs: number;
  /** `retentionOf`: kinds of topics that keep them for another time, 1h to 3650d; default none. */
  readonly retentionOfMs: RetentionOf;
  /**
   * How `divergence`, `verdicts` and `alerts` are written: Avro through the registry, or JSON that any consumer reads;
   * default avro. All other topics are Avro; both forms are read everywhere, so it may change at any time.
   */
  readonly format: 'avro' | 'json';
  /** `requestTimeout`: how long a broker may take to answer, 100ms to 5m; default 10s. */
  readonly requestTimeoutMs: number;
  /**
   * `sessionTimeout`: how long a silent process keeps its share of the work before others take it, 1s to 5m; default
   * 10s. The brokers' `group.min.session.timeout.ms` (6s, unless changed) is the least they accept.
   */
  readonly sessionTimeoutMs: number;
  /** TLS: off, on with the system's authorities, or on with files of one's own; default false. */
  readonly ssl: boolean | KafkaTls;
  /** Who we are to Kafka; default none. */
  readonly sasl: KafkaSasl | null;
}

/** PEM files, by absolute path; relative ones in the file start at its folder. */
export interface KafkaTls {
  /** The authority that signed the brokers' certificates; default the system's. */
  readonly ca?: string;
  /** Our certificate, where the brokers ask for one; with `key`. */
  readonly cert?: string;
  /** The private key of `cert`. */
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  readonly username: string;
  readonly password: Secret;
}

export function kafkaSection(surroundings: Surroundings): z.ZodType<KafkaConfig> {
  const file = readableFile(surroundings);
  const allowedTls = 'true, false, or a mapping of ca, cert, key';
  const tls: z.ZodType<KafkaTls> = section({
    ca: file.exactOptional(),
    cert: file.exactOptional(),
    key: file.exactOptional(),
  }).refine(
    ({ cert, key }) => (cert === undefined) === (key === undefined),
    'cert and key together, or neither',
  );

  const sasl: z.ZodType<KafkaSasl> = section({
    mechanism: oneOf(['plain', 'scram-sha-256', 'scram-sha-512']),
    username: text(/./, 'a user name'),
    password: secret(surroundings),
  });

  return section({
    brokers: list(hostAndPort(), 'broker addresses (host:port)', 1),
    prefix: text(/^[\w.-]{1,60}$/, '1 to 60 of a-z, A-Z, 0-9, ., _ and -').default('understudy.'),
    partitions: integer(1, 1000).default(6),
    replicationFactor: integer(1, 100).default(1),
    retention,
    retentionOf,
    format: oneOf(['avro', 'json']).default('avro'),
    requestTimeout: duration(100, 300_000).prefault('10s'),
    sessionTimeout: duration(1000, 300_000).prefault('10s'),
    ssl: z.union([z.boolean(allowedTls), tls], allowedTls).default(false),
    sasl: sasl.optional(),
  }).transform(({ retention, retentionOf, requestTimeout, sessionTimeout, sasl, ...same }) => {
    return {
      ...same,
      retentionMs: retention,
      retentionOfMs: retentionOf,
      requestTimeoutMs: requestTimeout,
      sessionTimeoutMs: sessionTimeout,
      sasl: sasl ?? null,
    };
  });
}
