/** What was counted in one segment. */
export interface RateCounts {
  /** In `[0, trials]`. */
  readonly events: number;
  readonly trials: number;
}

/** One segment's rate, moved towards that of all. */
export interface ShrunkenRate {
  /** In [0, 1]; the rate of all for a segment without trials, null where no segment has any. */
  readonly rate: number | null;
  /** How much of it is the segment's own, in [0, 1]: the rest is the rate of all. */
  readonly weight: number;
}

/**
 * Rates of segments for showing and ordering, in which small ones can't stand out by chance: each is a mean of its
 * own rate and that of all, weighted by its size against how much the segments differ beyond chance. Empirical
 * Bayes with a beta prior fitted by moments: Kleinman, "Proportions with extraneous variance: single and
 * independent samples", JASA 68 (1973). Where the segments differ no more than chance would have it, all get the
 * rate of all. Never judged by: intervals and p values are of the counts themselves.
 *
 * @returns one for each segment, in their order
 * @throws RangeError for events outside [0, trials]
 */
export function shrunkenRates({
  segments,
}: {
  readonly segments: readonly RateCounts[];
}): readonly ShrunkenRate[] {
  for (const { events, trials } of segments)
    if (!(events >= 0 && events <= trials && trials < Infinity))
      throw new RangeError(`events must be between 0 and trials (${trials}), got ${events}`);
  const events = segments.reduce((sum, segment) => sum + segment.events, 0);
  const trials = segments.reduce((sum, segment) => sum + segment.trials, 0);
  if (trials === 0) return segments.map(() => ({ rate: null, weight: 0 }));
  const pooled = events / trials;
  const correlation = correlationWithin(segments, { pooled, trials });
  return segments.map((segment) => {
    // With a prior worth (1 - r) / r trials: n / (n + (1 - r) / r), written so that r may be 0.
    const weight = (segment.trials * correlation) / (1 + (segment.trials - 1) * correlation) || 0;
    const own = segment.trials === 0 ? pooled : segment.events / segment.trials;
    return { rate: pooled + weight * (own - pooled), weight };
  });
}

/** The correlation of two trials of one segment, by Kleinman's moments with the sizes as weights; 0 to 1. */
function correlationWithin(
  segments: readonly RateCounts[],
  { pooled, trials }: { readonly pooled: number; readonly trials: number },
): number {
  const used = segments.filter((segment) => segment.trials > 0);
  const spread = used.reduce((sum, each) => sum + each.trials * (each.events / each.trials - pooled) ** 2, 0);
  const squares = used.reduce((sum, each) => sum + each.trials ** 2, 0);
  const byChance = used.length - 1;
  const most = trials - squares / trials;
  const variance = pooled * (1 - pooled);
  if (variance === 0 || most <= byChance) return 0;
  return Math.min(1, Math.max(0, (spread / variance - byChance) / (most - byChance)));
}
