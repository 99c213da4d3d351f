import type { Divergence } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
import { clockToleranceMs } from '../join.ts';
import type { WindowLog } from './window-log.ts';

type Receipt = NonNullable<Divergence['receipt']>;

/** Which of the records that a receipt names is no longer in the log, as a sentence; null: all are. */
export async function deletedInput(log: WindowLog, { offsets }: Receipt): Promise<string | null> {
  for (const { topic, partition, first } of offsets) {
    const { start } = await log.bounds({ topic, partition });
    if (start > first) {
      return `records it was computed from were deleted: ${topic}/${partition} begins at offset ${start}, its receipt at ${first}`;
    }
  }
  return null;
}

/**
 * Whether requests from `timeMs` on may have been deleted, as a sentence; null: they are all in the log. Where no receipt
 * says what was there, a log that begins at that time may have begun before.
 */
export async function mayBeDeleted(
  log: WindowLog,
  { topics, partitions }: ComparatorLane,
  timeMs: number,
): Promise<string | null> {
  const inputs = [topics.requests, topics.shadowResponses];
  const beginning = await beginsWithin(log, { topics: inputs, partitions, timeMs });
  return beginning && `records of that time may have been deleted: ${beginning}`;
}

/**
 * Whether pairs that corrections were made of may have been deleted, as a sentence: they are older than the window, and no
 * receipt names them. Null: they are all in the log.
 *
 * @param earliestMs - log time of the earliest request corrected
 */
export async function deletedPairs(
  log: WindowLog,
  { topics, partitions }: ComparatorLane,
  earliestMs: number | null,
): Promise<string | null> {
  if (earliestMs === null) return null;
  const inputs = [topics.requests, topics.productionResponses];
  const timeMs = earliestMs - clockToleranceMs;
  const beginning = await beginsWithin(log, { topics: inputs, partitions, timeMs });
  return beginning && `pairs of recovered requests may have been deleted: ${beginning}`;
}

/** The first partition of the topics that begins at this time or later, and may have begun before. */
async function beginsWithin(
  log: WindowLog,
  at: { readonly topics: readonly string[]; readonly partitions: number; readonly timeMs: number },
): Promise<string | null> {
  for (let partition = 0; partition < at.partitions; partition += 1) {
    for (const topic of at.topics) {
      const { start } = await log.bounds({ topic, partition });
      if (start > 0 && (await log.offsetAtTime({ topic, partition }, at.timeMs)) === start)
        return `${topic}/${partition} begins at offset ${start}`;
    }
  }
  return null;
}
