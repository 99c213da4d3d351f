import { keepHash } from '@understudy/config';
import type { Divergence } from '@understudy/schemas-avro';
import type { FindingsSettings } from '../findings-settings.ts';
import type { PairsCompared } from './compare-pairs.ts';
import type { Difference } from './differences.ts';

export interface ToExplain {
  readonly published: readonly Divergence[];
  readonly settings: FindingsSettings;
  /** Of the divergence records. */
  readonly fields: readonly Difference[];
  readonly pairs: PairsCompared;
}

/** What can be told of why a window differs, as sentences; none where nothing but the log could be the reason. */
export function causesOf({ published, settings, fields, pairs }: ToExplain): readonly string[] {
  const [lane] = published;
  if (lane === undefined) return [];
  const causes: string[] = [];
  const { configHash } = settings;
  const ran = lane.receipt?.comparatorVersion ?? null;
  if (lane.configHash === null) {
    causes.push('it is mixed: processes with different configs had a share in it');
  } else if (lane.configHash !== configHash) {
    causes.push(
      `it was judged under the config ${lane.configHash}, and the revision in force then is ${configHash}`,
    );
  }
  if (ran !== null && ran !== settings.comparatorVersion) {
    causes.push(`it was published by comparator ${ran}, and this is ${settings.comparatorVersion}`);
  }
  if (fields.some(({ field }) => field === 'receipt.digest')) {
    causes.push('the set of requests that were sampled is another one: records were added or are gone');
  }
  if (pairs.differing > 0) causes.push(...pairCauses(lane, settings, fields.length === 0));
  if (fields.some(({ field }) => field.startsWith('alerts'))) causes.push(...alertCauses(lane, settings));
  return causes;
}

function pairCauses(
  { receipt }: Divergence,
  { experiment }: FindingsSettings,
  isAll: boolean,
): readonly string[] {
  const before = receipt?.keepHash ?? null;
  const now = keepHash(experiment);
  if (before === null)
    return ['what is kept of pairs (keep of the config) may have been another: its receipt does not say'];
  if (before !== now)
    return [
      `what is kept of pairs was set otherwise: keep of the config had the hash ${before}, and has ${now} here`,
    ];
  return isAll
    ? [
        'only pairs differ, and keep of the config is the same: comparisons were deleted, or written by somebody else',
      ]
    : [];
}

function alertCauses({ receipt }: Divergence, { alertsHash: now }: FindingsSettings): readonly string[] {
  const before = receipt?.alertsHash ?? null;
  if (before === null) return ['alerts may have been set otherwise: its receipt does not say'];
  return before === now
    ? []
    : [`alerts were set otherwise: their settings had the hash ${before}, and have ${now} here`];
}
