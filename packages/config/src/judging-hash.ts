import { hash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { ExperimentConfig } from './experiment.ts';

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
  return hash('sha256', canonicalJson(judging)).slice(0, 16);
}
