import type { AlertRule } from '@understudy/domain';
import type { SegmentSums } from '@understudy/schemas-avro';
import type { Outcomes } from '../units/outcomes.ts';

/** What a rule is given of one closed window of a whole lane. */
export interface WindowFacts {
  readonly windowStart: number;
  /** Excluded. */
  readonly windowEnd: number;
  readonly sums: SegmentSums;
  /** Since the run, or its config, began; with this window. */
  readonly running: SegmentSums;
  /** What became of the requests of every key that was not seen in the window's hour before. */
  readonly fresh: readonly Outcomes[];
}

/** What a window says to a rule. */
export interface Finding {
  /** `unclear` moves nothing: the window holds too little of what the rule is about. */
  readonly outcome: 'bad' | 'good' | 'unclear';
  /** To be kept for the next window. */
  readonly evidence: number;
  /** What was found, as a sentence. */
  readonly reason: string;
  /** The numbers behind it. */
  readonly numbers: Readonly<Record<string, unknown>>;
}

/** One rule of a lane, compiled from the config. Pure: the same windows give the same findings. */
export interface WindowRule {
  readonly name: AlertRule;
  /** The share that its evidence speaks against; null: it keeps no evidence. */
  readonly limit: number | null;
  /** Bad windows in a row after which it fires. */
  readonly fireAfter: number;
  judge(window: WindowFacts, evidence: number): Finding;
}

/** `5.2%` */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)}%`;
}

export function withCommas(count: number): string {
  return count.toLocaleString('en-US');
}
