import type { LaneEvidence } from './evidence.ts';

/**
 * How long a window of the lane lay there at most with all its parts in the log before it was published, ms: by the log's
 * own times.
 */
export function slowestMergeMs({ parts, divergences }: LaneEvidence): number {
  const all = parts.flat();
  const byPartition = [...Map.groupBy(all, ({ value }) => value?.partition).values()];
  const windows = divergences.flat().filter(({ value }) => value !== null && value.segment === null);
  const delays = windows.map(({ value, timeMs }) => {
    const end = value?.windowEnd ?? 0;
    const partsAt = byPartition.map(
      (own) => own.find((part) => (part.value?.windowEnd ?? 0) >= end)?.timeMs ?? 0,
    );
    return timeMs - Math.max(...partsAt);
  });
  return Math.max(0, ...delays);
}
