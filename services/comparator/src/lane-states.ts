import { type CommittedOffset, decodeState } from '@understudy/streams';
import type { Silence } from './alerts/silence.ts';
import type { ComparatorLane } from './comparator-lane.ts';

/** What a join's task keeps with its offsets: the one number that is its state, besides the log. */
export interface JoinState {
  /** Start of the first open window, ms since the epoch. */
  readonly start: number;
  /** How many times the lane had been set to judge again. */
  readonly judgement: number;
  /** Offsets, by topic, before which what can't be read is among the dead letters already; those that a reset went behind. */
  readonly buried: Readonly<Record<string, number>>;
}

/** What a merge's task keeps with its offset. Its sums stand in the divergence records it wrote last. */
export interface MergeState {
  /** Start of the first window that isn't merged, ms since the epoch. */
  readonly next: number;
  /** Where the records of the last window merged are: from which offset on, and how many; null before there are. */
  readonly last: { readonly windowStart: number; readonly from: number; readonly count: number } | null;
  /** End of the last window merged, where its records are no longer in the log: sums begin anew after it. Else null. */
  readonly lost: number | null;
  /** As a join's: parts of another judgement are not merged. */
  readonly judgement: number;
  /** While windows are judged again. */
  readonly silence: Silence | null;
}

/** Where a join goes on: at the start of the first window that was open when it last committed. */
export function joinStateFrom(lane: ComparatorLane, committed: readonly CommittedOffset[]): JoinState {
  const before = committed.find(({ topic, offset }) => topic === lane.topics.requests && offset !== null);
  if (before === undefined) return { start: lane.ready.run.start, judgement: 0, buried: {} };
  const state = decodeState<Partial<JoinState>>(before, ({ start }) => typeof start === 'number');
  return { start: lane.ready.run.start, judgement: 0, buried: {}, ...state };
}

/** Where a merge goes on. */
export function mergeStateFrom(lane: ComparatorLane, committed: readonly CommittedOffset[]): MergeState {
  const before = committed.find(({ topic, offset }) => topic === lane.topics.windowParts && offset !== null);
  const first: MergeState = {
    next: lane.ready.run.start,
    last: null,
    lost: null,
    judgement: 0,
    silence: null,
  };
  if (before === undefined) return first;
  const state = decodeState<Partial<MergeState>>(
    before,
    ({ next, last }) => typeof next === 'number' && last !== undefined,
  );
  return { ...first, ...state };
}
