import type { Divergence } from '@understudy/schemas-avro';
import type { FindingsSettings } from '../findings.ts';
import type { Difference } from './differences.ts';

export interface ToExplain {
  readonly published: readonly Divergence[];
  readonly settings: FindingsSettings;
  readonly differences: readonly Difference[];
}

/** What can be told of why a window differs, as sentences; none where nothing but the log could be the reason. */
export function causesOf({ published, settings, differences }: ToExplain): readonly string[] {
  const [lane] = published;
  if (lane === undefined) return [];
  const causes: string[] = [];
  const { configHash } = settings;
  const ran = lane.receipt?.comparatorVersion ?? null;
  if (lane.configHash === null) {
    causes.push('it is mixed: processes with different configs had a share in it');
  } else if (lane.configHash !== configHash) {
    causes.push(`it was judged under the config ${lane.configHash}, and the config here is ${configHash}`);
  }
  if (ran !== null && ran !== settings.comparatorVersion) {
    causes.push(`it was published by comparator ${ran}, and this is ${settings.comparatorVersion}`);
  }
  if (differences.some(({ field }) => field === 'receipt.digest')) {
    causes.push('the set of requests that were sampled is another one: records were added or are gone');
  }
  if (differences.every(({ field }) => field.startsWith('alerts'))) {
    causes.push('only alerts differ: their settings are not part of the config hash, and may have changed');
  }
  if (differences.every(({ field }) => field.startsWith('pairs['))) {
    causes.push(
      'only pairs differ: what is kept of them (keep) is not part of the config hash, and may have changed; or comparisons were deleted',
    );
  }
  return causes;
}
