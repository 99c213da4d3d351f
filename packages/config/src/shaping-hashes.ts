import { hash } from 'node:crypto';
import type { AlertsConfig } from './alerts.ts';
import { canonicalJson } from './canonical-json.ts';
import type { ExperimentConfig } from './experiment.ts';

/*
 * What judges nothing, and yet shapes what is published of a window: it is told apart from what judges, so that a change of
 * it begins no new run of sums, and is named where a window that is computed again differs. 16 hex digits of SHA-256.
 */

/** Identifies what is kept of differing pairs: which have a record of their own, and how much of their bodies. */
export function keepHash({ keep }: Pick<ExperimentConfig, 'keep'>): string {
  return hash('sha256', canonicalJson(keep)).slice(0, 16);
}

/** Identifies the alert rules of a lane: their states stand in its windows. @param isOn - false: there are none, as in a replay */
export function alertsHash(
  { alerts }: Pick<ExperimentConfig, 'alerts'>,
  { falseAlarmsMs }: Pick<AlertsConfig, 'falseAlarmsMs'>,
  isOn: boolean,
): string {
  return hash('sha256', canonicalJson(isOn ? { ...alerts, falseAlarmsMs } : null)).slice(0, 16);
}
