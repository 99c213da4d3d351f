/** Who a lane's time can wait for: its invoker, the comparator's joins, the comparator's merge. In the way of the data. */
export type Stage = 'invoker' | 'join' | 'merge';

/** How far one task of a lane has come. */
export interface StageProgress {
  readonly stage: Stage;
  /** Of the requests; the merge is one for all, and has the partition of the lane's parts. */
  readonly partition: number;
  /** Start of the first window that it has not finished, ms since the epoch. */
  readonly window: number;
  /** What it needs to finish that window is in the log. False: nobody waits for it, the lane is idle there. */
  readonly isBehind: boolean;
}

/** A task that had something to do and has not moved. */
export interface StandingStage extends StageProgress {
  /** How long this was watched, ms. */
  readonly forMs: number;
}
