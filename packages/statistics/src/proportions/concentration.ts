import { checkedConfidence } from './proportion.ts';
import { wilsonInterval } from './wilson-interval.ts';

/** What was counted in one segment. */
export interface SegmentCounts {
  /** Requests on which the answers differ. */
  readonly divergences: number;
  /** All compared requests. */
  readonly requests: number;
}

export interface ConcentrationArgs {
  /** Segments that don't overlap, and together hold all. */
  readonly segments: readonly SegmentCounts[];
  /** That all intervals hold together; strictly between 0 and 1. */
  readonly confidence: number;
}

/** Where one segment stands; shares in [0, 1]. */
export interface SegmentConcentration {
  /** Of all requests. Null without any. */
  readonly shareOfTraffic: number | null;
  /** Of all divergences. Null without any. */
  readonly shareOfDivergences: number | null;
  /**
   * Of the share of divergences: concentrated where it lies above the share of traffic, spared where it lies below.
   */
  readonly lower: number | null;
  readonly upper: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * Which segments have more of the divergences than of the traffic. The intervals hold together, so that the most
 * striking of many segments may be picked out: Wilson's at `alpha / segments` each. Goodman, "On simultaneous
 * confidence intervals for multinomial proportions", Technometrics 7 (1965). For one look that was fixed
 * beforehand.
 *
 * @returns one for each segment, in their order
 * @throws RangeError for divergences that exceed the requests, or a confidence outside (0, 1)
 */
export function concentration({ segments, confidence }: ConcentrationArgs): readonly SegmentConcentration[] {
  checkedConfidence(confidence);
  for (const { divergences, requests } of segments)
    if (!(divergences >= 0 && divergences <= requests && requests < Infinity))
      throw new RangeError(`divergences must be between 0 and requests (${requests}), got ${divergences}`);
  const allRequests = segments.reduce((sum, { requests }) => sum + requests, 0);
  const trials = segments.reduce((sum, { divergences }) => sum + divergences, 0);
  const each = 1 - (1 - confidence) / segments.length;
  return segments.map(({ divergences, requests }) => ({
    shareOfTraffic: allRequests === 0 ? null : requests / allRequests,
    shareOfDivergences: trials === 0 ? null : divergences / trials,
    ...wilsonInterval({ successes: divergences, trials, confidence: each }),
    reason: trials === 0 ? 'no request diverged' : null,
  }));
}
