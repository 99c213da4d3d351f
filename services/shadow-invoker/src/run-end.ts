import type { IncomingRecord } from '@understudy/streams';

/**
 * How far the requests of a partition are from the end of the run:
 *
 *     before <──> waiting        nothing is fetched that isn't taken, so nobody knows whether more is to come
 *       └────┬──────┘
 *            v
 *         reached ──> written    the next request is at or after the end; its record is among the shadow responses
 */
type State = 'before' | 'waiting' | 'reached' | 'written';

/** How long after a run's end its partition is ticked if nothing stands behind it. */
const tickAfterMs = 500;

/** The end of a run in one partition of the requests; a run without an end never comes to it. */
export class RunEnd {
  readonly #endMs: number | null;
  #state: State;

  /** @param endMs - log time, ms since the epoch; null: the run has no end */
  constructor(endMs: number | null, isWritten: boolean) {
    this.#endMs = endMs;
    this.#state = isWritten ? 'written' : 'before';
  }

  /** No more requests are taken; those before the end may be under way still. */
  get isReached(): boolean {
    return this.#state === 'reached';
  }

  /** Whether the run takes no more requests: the next one is at or after its end. @param clock log time so far */
  isOver(head: IncomingRecord | null, clock: number): boolean {
    if (this.#endMs === null) return false;
    if (this.#state === 'before' || this.#state === 'waiting') {
      if (head === null) this.#state = 'waiting';
      else this.#state = Math.max(clock, head.timestampMs) < this.#endMs ? 'before' : 'reached';
    }
    return this.#state === 'reached' || this.#state === 'written';
  }

  /** The log time up to which the partition is to be ticked, for nobody writes to it; null: it needs no tick. */
  wantedTick(nowMs: number): number | null {
    const isWaiting = this.#endMs !== null && this.#state === 'waiting' && nowMs > this.#endMs + tickAfterMs;
    return isWaiting ? this.#endMs : null;
  }

  written(): void {
    this.#state = 'written';
  }
}
