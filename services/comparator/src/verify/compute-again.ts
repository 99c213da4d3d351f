import type { Comparison } from '@understudy/schemas-avro';
import type { ComparatorLane } from '../comparator-lane.ts';
import { type CompleteWindow, Merger } from '../merger.ts';
import { rejoin, type Share } from './rejoin.ts';
import type { WindowLog } from './window-log.ts';

/** What the log says about a window, computed again. */
export type Computed =
  | {
      readonly kind: 'window';
      readonly window: CompleteWindow;
      /** By partition. */
      readonly comparisons: readonly (readonly Comparison[])[];
    }
  /** Nothing was sampled, from the window's start up to this time, ms since the epoch. */
  | { readonly kind: 'empty'; readonly untilMs: number }
  /** The log of this partition ends before the window closes. */
  | { readonly kind: 'open'; readonly partition: number };

/** Joins all partitions' shares of a window again, one after the other, and merges them as the comparator does. */
export async function computeAgain(
  log: WindowLog,
  lane: ComparatorLane,
  windowStart: number,
): Promise<Computed> {
  const shares: Share[] = [];
  for (let partition = 0; partition < lane.partitions; partition += 1) {
    const share = await rejoin(log, { lane, partition, windowStart });
    if (share === null) return { kind: 'open', partition };
    shares.push(share);
  }
  const { windowMs } = lane.ready.experiment;
  const merger = new Merger({ partitions: lane.partitions, windowMs, next: windowStart });
  shares.forEach(({ part }, offset) => merger.add(part, offset));
  const window = merger.take();
  if (window === null) return { kind: 'empty', untilMs: merger.next };
  return { kind: 'window', window, comparisons: shares.map(({ comparisons }) => comparisons) };
}
