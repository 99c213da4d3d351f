import { hash } from 'node:crypto';
import { canonicalJson } from '@understudy/config';
import type { AlertRule } from '@understudy/domain';
import type { Alert } from '@understudy/schemas-avro';
import type { OutgoingRecord } from '@understudy/streams';
import type { ComparatorLane } from '../comparator-lane.ts';

/** The same for the firing and the resolved record of one alert. 32 hex digits of SHA-256. */
export function alertIdentity(lane: string, rule: AlertRule, windowStart: number): string {
  return hash('sha256', `${lane}\0${rule}\0${windowStart}`).slice(0, 32);
}

/** Where a person sees the lane: the console's page, at the lane. Null without the console's address. */
export function laneLink(consoleUrl: string | null, lane: string): string | null {
  return consoleUrl === null ? null : `${consoleUrl}/#${lane}`;
}

/** Numbers as the JSON text that a record carries. */
export function evidenceText(numbers: Readonly<Record<string, unknown>>): string {
  return canonicalJson(numbers);
}

export function alertRecord({ codecs, topics, lanePartition }: ComparatorLane, alert: Alert): OutgoingRecord {
  const value = codecs.encoder('alert', topics.alerts)(alert);
  return { topic: topics.alerts, partition: lanePartition, key: alert.identity, value };
}
