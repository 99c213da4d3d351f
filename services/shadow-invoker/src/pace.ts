export interface PaceOptions {
  /** How many times faster than the requests' log time; null: whenever there is room. */
  readonly speed: number | null;
  readonly isPaused: boolean;
  /** Calls a second at the most; default as many as there are. */
  readonly maxRate?: () => number;
  /** A clock that never goes back, ms; default the process's. */
  readonly nowMs?: () => number;
}

/**
 * When the requests of one lane may be called: as they came, faster or slower, or as soon as there is room; and not while
 * the lane is paused. Tasks that go on from different places are brought in step: those ahead wait for the one furthest
 * behind. All in memory: after a restart the pace begins anew where the tasks stand.
 */
export class Pace {
  readonly #speed: number | null;
  readonly #nowMs: () => number;
  readonly #maxRate: () => number;
  /** When the next call may begin. */
  #nextCallMs = -Infinity;
  /** A log time, and when it is due. */
  #anchor: { readonly logMs: number; readonly atMs: number } | null = null;
  #pausedAtMs: number | null;
  #resumed = Promise.withResolvers<void>();

  constructor({ speed, isPaused, maxRate, nowMs = () => performance.now() }: PaceOptions) {
    this.#speed = speed;
    this.#maxRate = maxRate ?? (() => Infinity);
    this.#nowMs = nowMs;
    this.#pausedAtMs = isPaused ? nowMs() : null;
  }

  /** A task goes on from this log time, ms since the epoch. */
  begin(logMs: number): void {
    if (this.#anchor === null || logMs < this.#anchor.logMs) {
      this.#anchor = { logMs, atMs: this.#pausedAtMs ?? this.#nowMs() };
    }
  }

  /** How long a request of this log time still has to wait, ms; 0: it is due; Infinity: the lane is paused. */
  waitMs(logMs: number): number {
    if (this.#pausedAtMs !== null) return Infinity;
    if (this.#speed === null || this.#anchor === null) return 0;
    const { logMs: from, atMs } = this.#anchor;
    return Math.max(0, atMs + (logMs - from) / this.#speed - this.#nowMs());
  }

  get isPaused(): boolean {
    return this.#pausedAtMs !== null;
  }

  pause(): void {
    this.#pausedAtMs ??= this.#nowMs();
  }

  resume(): void {
    if (this.#pausedAtMs === null) return;
    const pausedMs = this.#nowMs() - this.#pausedAtMs;
    this.#pausedAtMs = null;
    if (this.#anchor !== null) this.#anchor = { ...this.#anchor, atMs: this.#anchor.atMs + pausedMs };
    this.#resumed.resolve();
    this.#resumed = Promise.withResolvers<void>();
  }

  /** Resolves as soon as the lane is not paused, or nobody wants to know any more. */
  async running(unwanted: AbortSignal): Promise<void> {
    while (this.#pausedAtMs !== null && !unwanted.aborted) {
      const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<void>();
      const onAbort = (): void => giveUp();
      unwanted.addEventListener('abort', onAbort, { once: true });
      await Promise.race([this.#resumed.promise, givenUp]);
      unwanted.removeEventListener('abort', onAbort);
    }
  }

  /** How long a call that is about to begin has to wait, ms; it has its turn then. Calls are spread evenly, none is made up for. */
  turnMs(): number {
    const nowMs = this.#nowMs();
    const atMs = Math.max(nowMs, this.#nextCallMs);
    this.#nextCallMs = atMs + 1_000 / this.#maxRate();
    return atMs - nowMs;
  }
}
