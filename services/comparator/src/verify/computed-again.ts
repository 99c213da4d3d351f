import type { ComparatorLane } from '../comparator-lane.ts';
import { type CompleteWindow, Merger } from '../merger.ts';
import { comparedPairs, noPairs, type PairsCompared, together } from './compare-pairs.ts';
import { PublishedPairs } from './published-pairs.ts';
import type { RecordedWindow } from './recorded-windows.ts';
import { rejoin } from './rejoin.ts';
import type { WindowLog } from './window-log.ts';

/** What the log says of the windows of a stretch, computed again. */
export interface ComputedAgain {
  /** By start; those in which nothing was sampled are missing. */
  readonly windows: ReadonlyMap<number, CompleteWindow>;
  /** How the pairs of each published window compare, over all partitions; by its start. */
  readonly pairs: ReadonlyMap<number, PairsCompared>;
  /** Windows from here on are not closed in the log of this partition; null: all are. ms since the epoch. */
  readonly open: { readonly fromMs: number; readonly partition: number } | null;
}

export interface Stretch {
  /** Window boundaries, ms since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Those that were published, in order, of one judgement. */
  readonly published: readonly RecordedWindow[];
}

/** Joins all partitions' shares of a stretch again, one after the other, and merges them as the comparator does. */
export async function computeAgain(
  log: WindowLog,
  lane: ComparatorLane,
  { from, to, published }: Stretch,
): Promise<ComputedAgain> {
  const { partitions } = lane;
  const { windowMs } = lane.ready.experiment;
  const merger = new Merger({ partitions, windowMs, next: from, maxHeld: Infinity });
  const pairs = new Map<number, PairsCompared>();
  let open: ComputedAgain['open'] = null;
  let parts = 0;
  for (let partition = 0; partition < partitions; partition += 1) {
    const before = new PublishedPairs(log, lane, { windows: published, partition });
    let waiting = published;
    let closedUpTo = from;
    for await (const { part, comparisons } of rejoin(log, { lane, partition, from, to })) {
      merger.add(part, parts++);
      closedUpTo = part.windowEnd;
      const closed = waiting.filter(({ windowStart }) => windowStart < closedUpTo);
      waiting = waiting.slice(closed.length);
      for (const { windowStart } of closed) {
        const now = windowStart === part.windowStart ? comparisons : [];
        const compared = comparedPairs(partition, await before.of(windowStart), now);
        pairs.set(windowStart, together(pairs.get(windowStart) ?? noPairs, compared));
      }
    }
    await before.close();
    if (closedUpTo < Math.min(to, open?.fromMs ?? Infinity)) open = { fromMs: closedUpTo, partition };
  }
  const windows = new Map<number, CompleteWindow>();
  for (let window = merger.take(); window !== null; window = merger.take())
    windows.set(window.windowStart, window);
  return { windows, pairs, open };
}
