import type { Run } from '@understudy/schemas-avro';
import type { ReadyLane } from '../lane-setup.ts';
import { changeRun, type RunsOptions } from '../runs.ts';
import { withGap } from './coverage.ts';
import { findGaps, type FindGapsOptions, type FoundGap } from './find-gaps.ts';

export interface AcceptGapOptions extends FindGapsOptions {
  readonly runs: RunsOptions;
  readonly lane: ReadyLane;
  readonly partition: number;
  /** Why, as a person says it. */
  readonly reason: string;
}

/**
 * Records as not covered what keeps a lane's partition from going on. Services follow `runs`: they open the lane again, and
 * its tasks go on after the gap.
 *
 * @returns null: nothing keeps the partition from going on
 * @throws {StreamsError} 'kafka-unavailable'; 'state-mismatch' where there is no such run any more
 */
export async function acceptGap(
  options: AcceptGapOptions,
): Promise<{ readonly gap: FoundGap; readonly run: Run } | null> {
  const { runs, lane, partition, reason } = options;
  const gap = (await findGaps(options, lane)).find((found) => found.partition === partition);
  if (gap === undefined) return null;
  const { from, to } = gap;
  const run = await changeRun(
    runs,
    lane.lane,
    (before) => before && withGap(before, { partition, from, to, reason }),
  );
  return { gap, run };
}
