import type { z } from 'zod';
import {
  baseUrl,
  duration,
  integer,
  list,
  name,
  number,
  orOff,
  properFraction,
  secret,
  section,
  type Surroundings,
  webAddressOrSecret,
} from './fields.ts';
import type { Secret } from './secret.ts';

/** What the lanes of an experiment are watched for. `off` takes a rule out. */
export interface ExperimentAlertsConfig {
  readonly divergence: {
    /** Disagreeing share of the compared that is still in order; default 1 − `verdict.agreement.margin`. */
    readonly max: number | 'off';
    /** Less disagreement than this is suspicious, as where the shadow is production; default off. */
    readonly min: number | 'off';
  };
  readonly errors: {
    /** Share of failed, timed-out, deferred and dead-lettered calls that is still in order; default 0.05. */
    readonly max: number | 'off';
  };
  /** When a shadow is slow: more than 5% of its answers take longer than the limit that these give. */
  readonly latency: {
    /** The limit as a multiple of production's p95, 1 to 1000; default 2. */
    readonly p95Ratio: number | 'off';
    /** `floor`: no less than this, however fast production is; 0ms to 10m, default 50ms. */
    readonly floorMs: number;
    /** `p95`: the limit itself, in place of the ratio, 1ms to 10m; default off. */
    readonly p95Ms: number | 'off';
  };
  readonly silent: {
    /** Windows in a row with requests and without an answer of the shadow's, 1 to 1000; default 3. */
    readonly windows: number | 'off';
  };
  /** Good windows in a row after which an alert is resolved, 1 to 1000; default 3. */
  readonly resolveAfter: number;
}

/** Alerts of all experiments: how sure they are, what they link to, who is told. */
export interface AlertsConfig {
  /** `falseAlarms`: average time between two false alarms of one rule of one lane, 1m to 3650d; default 730d. */
  readonly falseAlarmsMs: number;
  /** `stalledAfter`: requests may wait so long while a lane's time stands still, 1s to 1d; default 60s. */
  readonly stalledAfterMs: number;
  /** The console as people reach it: alerts then carry a link to their lane's page. Default none. */
  readonly link: string | null;
  /** Who is sent every alert; default nobody. */
  readonly webhooks: readonly WebhookConfig[];
}

/** An HTTP endpoint that is sent alerts as JSON. */
export interface WebhookConfig {
  /** Unique; part of its consumer group's name, which remembers what was delivered. Required. */
  readonly name: string;
  /** Required. A secret where who knows the address may send to it. */
  readonly url: string | Secret;
  /** Key of the signature in `x-understudy-signature`; default: not signed. */
  readonly secret: Secret | null;
  /** `timeout`: how long the receiver may take to answer, 1ms to 1m; default 5s. */
  readonly timeoutMs: number;
}

/** Experiment alerts before the experiment's margin is known. */
type Given = Omit<ExperimentAlertsConfig, 'divergence'> & {
  readonly divergence: Partial<ExperimentAlertsConfig['divergence']>;
};

const share = orOff(properFraction(), 'a number between 0 and 1, neither included');
const windows = integer(1, 1000);

export const experimentAlertsSection: z.ZodType<Given> = section({
  divergence: section({ max: share.exactOptional(), min: share.exactOptional() }).prefault({}),
  errors: section({ max: share.default(0.05) }).prefault({}),
  latency: section({
    p95Ratio: orOff(number(1, 1000), 'a number from 1 to 1000').default(2),
    floor: duration(0, 600_000).prefault('50ms'),
    p95: orOff(duration(1, 600_000), 'a duration with its unit, such as 500ms, 5s or 10m').default('off'),
  })
    .prefault({})
    .transform(({ p95Ratio, floor, p95 }) => ({ p95Ratio, floorMs: floor, p95Ms: p95 })),
  silent: section({ windows: orOff(windows, 'a whole number from 1 to 1000').default(3) }).prefault({}),
  resolveAfter: windows.default(3),
});

export function withMaxDivergence({ divergence, ...same }: Given, margin: number): ExperimentAlertsConfig {
  const { max = maxDivergence(margin), min = 'off' } = divergence;
  return { divergence: { max, min }, ...same };
}

/** In millionths, so that 0.95 gives 0.05 and not 0.050000000000000044; at least one, and one less than all. */
export function maxDivergence(margin: number): number {
  return Math.min(Math.max(Math.round((1 - margin) * 1e6), 1), 999_999) / 1e6;
}

export function alertsSection(surroundings: Surroundings): z.ZodType<AlertsConfig> {
  const webhook: z.ZodType<WebhookConfig> = section({
    name: name(),
    url: webAddressOrSecret(surroundings),
    secret: secret(surroundings).optional(),
    timeout: duration(1, 60_000).prefault('5s'),
  }).transform(({ name, url, secret, timeout }) => ({
    name,
    url,
    secret: secret ?? null,
    timeoutMs: timeout,
  }));
  return section({
    falseAlarms: duration(60_000, 3650 * 86_400_000).prefault('730d'),
    stalledAfter: duration(1000, 86_400_000).prefault('60s'),
    link: baseUrl().optional(),
    webhooks: list(webhook, 'webhooks').default([]),
  }).transform(({ falseAlarms, stalledAfter, link, webhooks }) => ({
    falseAlarmsMs: falseAlarms,
    stalledAfterMs: stalledAfter,
    link: link ?? null,
    webhooks,
  }));
}
