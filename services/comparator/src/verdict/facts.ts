import type { ExperimentConfig } from '@understudy/config';
import type { Segment, SegmentSums, UnitSums } from '@understudy/schemas-avro';

/** One segment of a lane, as far as its run has come. */
export interface SegmentFacts {
  readonly segment: Segment;
  /** The agreement that is asked of it. */
  readonly margin: number;
  /** Its value is one that the config names, not one of the others pooled. */
  readonly isDeclared: boolean;
  readonly units: UnitSums;
}

/** All that a lane's verdict is made of: the log up to a window, and what was asked for. */
export interface VerdictFacts {
  readonly experiment: Pick<ExperimentConfig, 'verdict'>;
  /** Of the whole lane, since its run, or its config, began. */
  readonly units: UnitSums;
  /** Of stretches that end with the window, in days of the log (UTC). */
  readonly recent: {
    readonly today: UnitSums;
    readonly yesterday: UnitSums;
    /** Today and the six days before. */
    readonly week: UnitSums;
  };
  readonly segments: readonly SegmentFacts[];
  /** Of the whole lane: by request, not by unit. */
  readonly sums: SegmentSums;
  /** Start of the first window counted, ms since the epoch; null before there is one. */
  readonly since: number | null;
  /** Of the newest window, ms since the epoch. */
  readonly windowEnd: number;
  /** Quarters of weekdays with a compared request, a bit each. */
  readonly cells: number;
  /** Alert rules that fire, by name; null: no rule is on. */
  readonly firing: readonly string[] | null;
}
