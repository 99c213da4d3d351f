import { z } from 'zod';
import {
  filePathOr,
  host,
  hostName,
  integer,
  list,
  port,
  section,
  size,
  type Surroundings,
} from './fields.ts';

const kib = 2 ** 10;
const mib = 2 ** 20;
const gib = 2 ** 30;

/** The gateway: the address that callers use, and how much it holds. */
export interface GatewayConfig {
  /** Interface to listen on; default 127.0.0.1, this machine only. */
  readonly host: string;
  /** Port to listen on, 0 for any free one; default 8080. */
  readonly port: number;
  /** Largest request body, 1KiB to 1GiB; a larger one is answered with 413. Default 10MiB. */
  readonly maxBodyBytes: number;
  /** How much of a body is recorded, 1KiB to 64MiB; a longer one is recorded cut. Default 1MiB. */
  readonly captureBytes: number;
  /** Events that wait for Kafka. What does not fit is counted as lost; callers never wait. */
  readonly queue: {
    /** 1 to 10,000,000 records; default 20000. */
    readonly maxRecords: number;
    /** 64KiB to 16GiB; default 64MiB. */
    readonly maxBytes: number;
  };
}

/** Where a service without callers shows its metrics and health. */
export interface TelemetryConfig {
  /** Interface to listen on; default 127.0.0.1. */
  readonly host: string;
  /** Port to listen on, 0 for any free one, or `off` for no listener; default off: several may run on one machine. */
  readonly port: number | 'off';
}

/** The console: pages, HTTP API, metrics and health. */
export interface ConsoleConfig {
  /** Interface to listen on; default 127.0.0.1. */
  readonly host: string;
  /** Port to listen on, 0 for any free one; default 8090. */
  readonly port: number;
  /** Names by which it is opened besides localhost, `host` and that of `alerts.link`; default none. Others are refused. */
  readonly hosts: readonly string[];
  readonly store: StoreConfig;
}

/** What the console keeps of comparisons, labels and reviews; it can be deleted, and is built again from the log. */
export interface StoreConfig {
  /**
   * The absolute path of its file, or `memory` for none; default `.understudy/console.duckdb` beside the config's file. One
   * console can have it open.
   */
  readonly path: string;
  /** Memory that it takes, 64MiB to 64GiB; what needs more goes to files beside it. Default 256MiB. */
  readonly memoryBytes: number;
}

const localhost = '127.0.0.1';

export const gatewaySection: z.ZodType<GatewayConfig> = section({
  host: host().default(localhost),
  port: port().default(8080),
  maxBodyBytes: size(kib, gib).prefault('10MiB'),
  captureBytes: size(kib, 64 * mib).prefault('1MiB'),
  queue: section({
    maxRecords: integer(1, 10_000_000).default(20_000),
    maxBytes: size(64 * kib, 16 * gib).prefault('64MiB'),
  }).prefault({}),
});

const allowedPort = 'off, or a whole number from 0 to 65535';

export const telemetrySection: z.ZodType<TelemetryConfig> = section({
  host: host().default(localhost),
  port: z.union([z.literal('off'), port()], allowedPort).default('off'),
});

export function consoleSection(surroundings: Surroundings): z.ZodType<ConsoleConfig> {
  return section({
    host: host().default(localhost),
    port: port().default(8090),
    hosts: list(hostName(), 'host names').default([]),
    store: section({
      path: filePathOr('memory', surroundings).prefault('.understudy/console.duckdb'),
      memoryBytes: size(64 * mib, 64 * gib).prefault('256MiB'),
    }).prefault({}),
  });
}
