import { laneOf } from '@understudy/domain';
import { StreamsError } from '../../client/errors.ts';
import { changeRun, type RunsOptions } from '../runs.ts';
import { withGap } from './coverage.ts';
import type { FoundGap } from './find-gaps.ts';

/**
 * Records as not covered what keeps partitions from going on. Services follow `runs`: they open the lane again, and its tasks
 * go on after the gap.
 *
 * @param reason - why, as a person says it
 * @throws {StreamsError} 'kafka-unavailable'; 'state-mismatch' where there is no such run
 */
export async function acceptGaps(
  runs: RunsOptions,
  gaps: readonly FoundGap[],
  reason: string,
): Promise<void> {
  for (const [name, ofLane] of Map.groupBy(gaps, ({ lane }) => lane)) {
    const lane = laneOf(name);
    if (lane === null) throw new StreamsError('state-mismatch', `${name} is no lane`);
    await changeRun(runs, lane, (run) => {
      if (run === null) return null;
      const changed = ofLane.reduce((before, { partition, from, to }) => {
        return withGap(before, { partition, from, to, reason });
      }, run);
      return changed === run ? null : changed;
    });
  }
}
