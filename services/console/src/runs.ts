import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';

export interface RunsListener {
  /** A run is shown that was not, or has changed. */
  readonly onShown: (run: Run) => void;
  /** Newer replays have taken its place: whatever is kept of its lane is to be forgotten. */
  readonly onHidden: (lane: string) => void;
}

export interface RunsOptions {
  /** Runs over the past that are shown, the newest; default 10. */
  readonly maxReplays?: number;
}

const defaultMaxReplays = 10;

/**
 * The runs that the console shows, as `runs` has them: every live one, and the newest over the past. So what is kept of
 * lanes is bounded, however many replays there ever were.
 */
export class Runs {
  readonly #maxReplays: number;
  readonly #shown = new Map<string, Run>();
  /** Names of lanes alone. */
  readonly #hidden = new Set<string>();
  readonly #listeners = new Set<RunsListener>();

  constructor({ maxReplays = defaultMaxReplays }: RunsOptions = {}) {
    this.#maxReplays = maxReplays;
  }

  /** In the order of the log of its partition. */
  add(run: Run): void {
    if (this.#hidden.has(run.lane)) return;
    this.#shown.set(run.lane, run);
    const oldest = this.replays().slice(this.#maxReplays);
    for (const { lane } of oldest) this.#hide(lane);
    if (!this.#shown.has(run.lane)) return;
    for (const { onShown } of this.#listeners) onShown(run);
  }

  /** The newest first. */
  replays(): readonly Run[] {
    return [...this.#shown.values()]
      .filter(({ kind }) => kind !== 'live')
      .toSorted((a, b) => b.recorded - a.recorded || (a.lane < b.lane ? -1 : 1));
  }

  get(lane: string): Run | null {
    return this.#shown.get(lane) ?? null;
  }

  /** The newest live run of the shadow that a lane calls. */
  liveBeside(lane: string): Run | null {
    const of = laneOf(lane);
    const live = [...this.#shown.values()].filter((run) => {
      const other = laneOf(run.lane);
      return run.kind === 'live' && other?.experiment === of?.experiment && other?.shadow === of?.shadow;
    });
    return live.toSorted((a, b) => b.recorded - a.recorded)[0] ?? null;
  }

  /** False: it was shown, and newer ones have taken its place. What no run is known of is shown. */
  isShown(lane: string): boolean {
    return !this.#hidden.has(lane);
  }

  /** Told synchronously. */
  listen(listener: RunsListener): void {
    this.#listeners.add(listener);
  }

  #hide(lane: string): void {
    this.#shown.delete(lane);
    this.#hidden.add(lane);
    for (const { onHidden } of this.#listeners) onHidden(lane);
  }
}
