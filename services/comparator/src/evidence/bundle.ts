import { hash } from 'node:crypto';
import { canonicalJson } from '@understudy/config';
import type { Ledger } from '@understudy/domain';
import type { Divergence, OffsetRange, VerdictNow } from '@understudy/schemas-avro';

export const bundleFormat = 'understudy-evidence/1';

/** The windows of one day (UTC) that a verdict rests on, added up. */
export interface EvidenceDay {
  /** Midnight, as `2026-01-31`. */
  readonly day: string;
  /** In which something was sampled. */
  readonly windows: number;
  /** Start of the first and end of the last, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly ledger: Ledger;
  readonly agreed: number;
  /** Of recovered requests that these windows count. */
  readonly corrected: { readonly compared: number; readonly agreed: number };
  /** Of the exchange ids of all of them: the sum of the windows' digests. */
  readonly digest: string;
  /** Of the records that they were computed from. */
  readonly offsets: readonly OffsetRange[];
  /** Windows that don't count: their parts disagree, or not all partitions are covered. */
  readonly leftOut: number;
}

/** What a person confirms; null: nobody has. */
export interface RollbackPlan {
  readonly plan: string;
  readonly acknowledgedBy: string;
}

/** Why a verdict is what it is, to be kept and checked without a log. Times are ms since the epoch. */
export interface EvidenceBundle {
  readonly format: typeof bundleFormat;
  readonly lane: string;
  readonly verdict: VerdictNow;
  /** End of the newest window. */
  readonly windowEnd: number;
  readonly revision: number;
  /** The experiment as one line of JSON, every default written out. */
  readonly experiment: string;
  /** Of the parts of it that judge. */
  readonly configHash: string;
  readonly comparatorVersion: string;
  /** The newest window's records, the whole lane's first: the verdict follows from their running sums. */
  readonly records: readonly Divergence[];
  readonly days: readonly EvidenceDay[];
  readonly rollback: RollbackPlan | null;
  /** SHA-256 of all of the above as canonical JSON, in hex. */
  readonly digest: string;
}

export function sealed(content: Omit<EvidenceBundle, 'digest'>): EvidenceBundle {
  return { ...content, digest: bundleDigest(content) };
}

export function bundleDigest(bundle: Omit<EvidenceBundle, 'digest'>): string {
  return hash('sha256', canonicalJson({ ...bundle, digest: undefined }));
}
