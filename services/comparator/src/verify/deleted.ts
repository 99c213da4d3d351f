import type { Divergence } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
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
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const topic of [topics.requests, topics.shadowResponses]) {
      const { start } = await log.bounds({ topic, partition });
      if (start > 0 && (await log.offsetAtTime({ topic, partition }, timeMs)) === start) {
        return `records of that time may have been deleted: ${topic}/${partition} begins at offset ${start}`;
      }
    }
  }
  return null;
}
