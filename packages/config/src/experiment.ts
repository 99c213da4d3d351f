import type { z } from 'zod';
import { type ExperimentAlertsConfig, experimentAlertsSection, withMaxDivergence } from './alerts.ts';
import { type ComparisonConfig, comparisonSection } from './comparison.ts';
import {
  baseUrl,
  duration,
  flag,
  headerName,
  integer,
  jsonPointer,
  list,
  name,
  number,
  oneOf,
  section,
  size,
  text,
} from './fields.ts';
import { type SegmentConfig, segmentSection, withMargin } from './segment.ts';
import { type ShadowConfig, shadowSection } from './shadow.ts';
import { type VerdictConfig, verdictSection } from './verdict.ts';

/** One route of one service under shadow. */
export interface ExperimentConfig {
  /** Part of every lane's name; unique. Required. */
  readonly name: string;
  /** The requests that belong to the experiment; no other experiment may have the same. */
  readonly route: RouteConfig;
  /** The model that answers users. */
  readonly production: ProductionConfig;
  /** What the requests of one user, or one conversation, have in common; default none. */
  readonly session: SessionConfig | null;
  readonly sampling: SamplingConfig;
  /** `window`: width of the windows, 1s to 60s; default 10s. */
  readonly windowMs: number;
  readonly redact: RedactConfig;
  /** At least one. */
  readonly shadows: readonly ShadowConfig[];
  /** Required. */
  readonly comparison: ComparisonConfig;
  /** Parts of the requests with an agreement of their own; default none. */
  readonly segments: readonly SegmentConfig[];
  readonly keep: KeepConfig;
  readonly verdict: VerdictConfig;
  readonly labels: LabelsConfig;
  readonly alerts: ExperimentAlertsConfig;
}

export interface RouteConfig {
  /** Default POST. */
  readonly method: Method;
  /** The exact path, without wildcards and query; every other character stands for itself. Required. */
  readonly path: string;
}

export interface ProductionConfig {
  /** Base address, without a slash at its end; the route's path is appended. Required. */
  readonly url: string;
  /** `timeout`: how long production may take to answer, 1ms to 10m; default 10s. */
  readonly timeoutMs: number;
}

export interface SessionConfig {
  /** Its value is the request key, so that a session is sampled whole, and stands in one partition. In lower case. */
  readonly header: string;
  /**
   * Whether a shadow is called with the requests of a session one after the other, in their order; default false. A
   * session of which one is not answered is broken: its rest is skipped.
   */
  readonly ordered: boolean;
  /** `idle`: an ordered session is over after so much log time without a request, 1s to 1h; default 10m. */
  readonly idleMs: number;
  /** Requests of one ordered session that wait or are called, 1 to 10,000; default 100. Its rest is shed beyond it. */
  readonly maxWaiting: number;
}

export interface SamplingConfig {
  /** Share of request keys that are sampled, 0 to 1; default 1. */
  readonly rate: number;
  /** Which keys those are; default the experiment's name. Equal salts sample equal keys. */
  readonly salt: string;
}

/** What is taken out of an event before it leaves the gateway. */
export interface RedactConfig {
  /** Names of headers, in lower case: those that are always taken out, then those that the file adds. */
  readonly headers: readonly string[];
  /** JSON Pointers into the JSON bodies of requests and answers; default none. */
  readonly body: readonly string[];
}

/** What is kept of diverging pairs; counts are always complete. */
export interface KeepConfig {
  /** Pairs per window, 0 to 100,000; default 1000. */
  readonly divergingPairs: number;
  /** Of each body, 0B to 512KiB: three have to fit into a record. Default 4KiB. */
  readonly bodyBytes: number;
}

export interface LabelsConfig {
  /** `horizon`: how long labels may take to come, 1m to 3650d; default 7d. A younger pair without one isn't missing it. */
  readonly horizonMs: number;
}

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;
export type Method = (typeof methods)[number];
export const defaultMethod = 'POST';

/** Headers that never leave the gateway, whatever the file says. */
const alwaysRedactedHeaders = [
  'authorization',
  'cookie',
  'proxy-authorization',
  'set-cookie',
  'x-api-key',
] as const;

const route: z.ZodType<RouteConfig> = section({
  method: oneOf(methods).default(defaultMethod),
  path: text(
    /^\/[^\s?#*{}]{0,1000}$/,
    'an exact path that begins with /, without wildcards (*, {}), ? and #',
  ),
});

const production: z.ZodType<ProductionConfig> = section({
  url: baseUrl(),
  timeout: duration(1, 600_000).prefault('10s'),
}).transform(({ timeout, ...same }) => ({ ...same, timeoutMs: timeout }));

const session: z.ZodType<SessionConfig> = section({
  header: headerName(),
  ordered: flag().default(false),
  idle: duration(1000, 3_600_000).prefault('10m'),
  maxWaiting: integer(1, 10_000).default(100),
}).transform(({ idle, ...same }) => ({ ...same, idleMs: idle }));

const redact: z.ZodType<RedactConfig> = section({
  headers: list(headerName(), 'header names').default([]),
  body: list(jsonPointer(), 'JSON Pointers').default([]),
}).transform(({ headers, body }) => {
  return { headers: [...new Set([...alwaysRedactedHeaders, ...headers])], body };
});

const keep: z.ZodType<KeepConfig> = section({
  divergingPairs: integer(0, 100_000).default(1000),
  bodyBytes: size(0, 2 ** 19).prefault('4KiB'),
});

const labels: z.ZodType<LabelsConfig> = section({
  horizon: duration(60_000, 3650 * 86_400_000).prefault('7d'),
}).transform(({ horizon }) => ({ horizonMs: horizon }));

export const experimentSection: z.ZodType<ExperimentConfig> = section({
  name: name(),
  route,
  production,
  session: session.optional(),
  sampling: section({
    rate: number(0, 1).default(1),
    salt: text(/^.{1,200}$/, 'text of 1 to 200 characters').optional(),
  }).prefault({}),
  window: duration(1000, 60_000).prefault('10s'),
  redact: redact.prefault({}),
  shadows: list(shadowSection, 'shadows', 1),
  comparison: comparisonSection,
  segments: list(segmentSection, 'segments').default([]),
  keep: keep.prefault({}),
  verdict: verdictSection.prefault({}),
  labels: labels.prefault({}),
  alerts: experimentAlertsSection.prefault({}),
}).transform(({ session, sampling, window, segments, alerts, ...same }) => ({
  ...same,
  session: session ?? null,
  sampling: { rate: sampling.rate, salt: sampling.salt ?? same.name },
  windowMs: window,
  segments: segments.map((segment) => withMargin(segment, same.verdict.agreement.margin)),
  alerts: withMaxDivergence(alerts, same.verdict.agreement.margin),
}));
