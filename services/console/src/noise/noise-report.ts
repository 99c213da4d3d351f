import { mcnemarExact, pairedDifferenceSequence } from '@understudy/statistics';
import type { NoiseCounts, PathCounts } from './noise-counts.ts';

/** How much more often the shadow differs from production than production's second instance does. */
export interface Excess {
  /** Of the requests on which both are known; null: there are none. */
  readonly estimate: number | null;
  /** A confidence sequence, valid at every look; what is missing counts against both ends. */
  readonly lower: number;
  readonly upper: number;
}

export interface PathNoise extends Omit<PathCounts, 'missing'> {
  readonly excess: Excess;
  /** `noise`: the baseline differs there as well, and the shadow not surely more; `shadow`: surely more; `open`: neither is known. */
  readonly finding: 'noise' | 'shadow' | 'open';
}

/** The noise floor of a lane: what its divergence is over that of production against itself. */
export interface NoiseReport extends NoiseCounts {
  readonly lane: string;
  readonly baseline: string;
  readonly excess: Excess;
  /** McNemar's exact test: only whether the excess is zero, at one look. */
  readonly pValue: number | null;
  readonly paths: readonly PathNoise[];
}

export interface ToReport {
  readonly lane: string;
  readonly baseline: string;
  readonly counts: NoiseCounts;
  readonly paths: readonly PathCounts[];
  readonly confidence: number;
}

/** Intervals of the places hold together: each has its share of what may go wrong. */
export function noiseReport({ lane, baseline, counts, paths, confidence }: ToReport): NoiseReport {
  const { requests, shadowOnly, baselineOnly } = counts;
  const each = 1 - (1 - confidence) / Math.max(1, paths.length);
  const { pValue } = mcnemarExact({ b: shadowOnly, c: baselineOnly, pairs: requests - counts.missing });
  return {
    lane,
    baseline,
    ...counts,
    excess: excessOf({ ...counts, requests }, confidence),
    pValue,
    paths: paths.map(({ missing, ...path }) => {
      const excess = excessOf({ ...path, missing, requests }, each);
      return { ...path, excess, finding: findingOf(path, excess) };
    }),
  };
}

function excessOf(
  { requests, shadowOnly, baselineOnly, missing }: Omit<NoiseCounts, 'bothDiffer'>,
  confidence: number,
): Excess {
  // At one place, a request of which one side was not kept may be known to differ on the other: it is missing all the same.
  const known = Math.min(missing, requests - shadowOnly - baselineOnly);
  const { difference, lower, upper } = pairedDifferenceSequence({
    firstOnly: shadowOnly,
    secondOnly: baselineOnly,
    missing: Math.max(0, known),
    pairs: requests,
    confidence,
  });
  return { estimate: difference, lower, upper };
}

function findingOf(
  { bothDiffer, baselineOnly }: Omit<PathCounts, 'missing'>,
  { lower }: Excess,
): PathNoise['finding'] {
  if (lower > 0) return 'shadow';
  return bothDiffer + baselineOnly > 0 ? 'noise' : 'open';
}
