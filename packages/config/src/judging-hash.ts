import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { ExperimentConfig } from './experiment.ts';

/** The settings that judge: they hold by the log's time of a request. All others act, at the moment of acting. */
export type JudgingSetting =
  'sampling' | 'production' | 'comparison' | 'segments' | 'keep' | 'verdict' | 'alerts';

/**
 * Identifies the parts of an experiment that judge: the same log read under the same hash gives the same windows.
 * Parts that act (addresses, the shadows' timeouts, limits, what is kept) leave it as it is. 16 hex digits of SHA-256.
 */
export function judgingHash(experiment: ExperimentConfig): string {
  const { sampling, comparison, segments, windowMs, verdict, production } = experiment;
  const judging = {
    sampling,
    comparison,
    segments,
    windowMs,
    verdict,
    productionTimeoutMs: production.timeoutMs,
  };
  return shortHash(judging);
}

/**
 * Identifies what an agreement means: windows under the same hash add up to one. Who is sampled, and how long production
 * is waited for, may change on the way. 16 hex digits of SHA-256.
 */
export function comparingHash({ comparison, segments, windowMs, verdict }: ExperimentConfig): string {
  return shortHash({ comparison, segments, windowMs, verdict });
}

function shortHash(value: unknown): string {
  return hash('sha256', canonicalJson(value)).slice(0, 16);
}
