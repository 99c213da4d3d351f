import type { SessionConfig, ShadowConfig } from '@understudy/config';
import type { Run } from '@understudy/schemas-avro';

/** A lane that a service works on. */
export interface OpenLane {
  /** The run was paused or resumed. Without it, the lane does not care. */
  changed?(run: Run): void;
  close(): Promise<void>;
}

/** What a lane is opened for: where one of them changes, it is closed and opened again. */
export interface WantedLane {
  readonly run: Run;
  readonly shadow: ShadowConfig;
  /** Whether and how its sessions are called in order. */
  readonly session: SessionConfig | null;
}

export interface LaneSlotOptions<T extends OpenLane> {
  /** Null: there is nothing to do for it here. `fail`: the lane can't go on; it is closed, and opened again. */
  readonly open: (run: Run, fail: (error: Error) => void) => Promise<T | null>;
  /** It could not be opened, or not go on; it is tried again. */
  readonly onFailure: (error: unknown) => void;
}

const firstRetryMs = 5_000;
const longestRetryMs = 60_000;

/** Keeps one lane open or closed, as its run says, one step after the other. */
export class LaneSlot<T extends OpenLane> {
  readonly #options: LaneSlotOptions<T>;
  #wanted: WantedLane | null = null;
  #current: (WantedLane & { readonly lane: T | null }) | null = null;
  #settling: Promise<void> = Promise.resolve();
  #retry: NodeJS.Timeout | null = null;
  #retryMs = firstRetryMs;
  #failure: unknown = null;

  constructor(options: LaneSlotOptions<T>) {
    this.#options = options;
  }

  /** Null while it is closed, or there is nothing to do for it here. */
  get lane(): T | null {
    return this.#current?.lane ?? null;
  }

  /** What it is open for; null while it is closed. */
  get run(): Run | null {
    return this.#current?.run ?? null;
  }

  /** Why it is not open though it should be; null: all is well. */
  get failure(): unknown {
    return this.#failure;
  }

  /** The run and the shadow as they are now; null: the lane is to be closed. Resolves when that is done, or was tried. */
  want(wanted: WantedLane | null): Promise<void> {
    this.#wanted = wanted;
    return this.#settle();
  }

  #settle(): Promise<void> {
    clearTimeout(this.#retry ?? undefined);
    this.#settling = this.#settling.then(() => this.#run()).catch((error: unknown) => this.#failed(error));
    return this.#settling;
  }

  async #run(): Promise<void> {
    const wanted = this.#wanted;
    const before = this.#current;
    if (before !== null && (wanted === null || !isSameButForState(before, wanted))) {
      this.#current = null;
      await before.lane?.close();
    }
    if (wanted === null) this.#failure = null;
    else if (this.#current === null) await this.#open(wanted);
    else {
      this.#current.lane?.changed?.(wanted.run);
      this.#current = { ...this.#current, ...wanted };
    }
  }

  async #open(wanted: WantedLane): Promise<void> {
    const { run } = wanted;
    const lane = await this.#options.open(run, (error) => this.#giveUp(run, error));
    this.#current = { ...wanted, lane };
    this.#failure = null;
    this.#retryMs = firstRetryMs;
  }

  /** What was opened for this run can't go on. */
  #giveUp(run: Run, error: Error): void {
    this.#settling = this.#settling.then(async () => {
      const current = this.#current;
      if (current === null || current.run.lane !== run.lane) return;
      this.#current = null;
      this.#failed(error);
      await current.lane?.close();
    });
  }

  #failed(error: unknown): void {
    this.#failure = error;
    this.#options.onFailure(error);
    this.#retry = setTimeout(() => void this.#settle(), this.#retryMs).unref();
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs);
  }
}

function isSameButForState(a: WantedLane, b: WantedLane): boolean {
  const [before, after] = [a, b].map((each) =>
    JSON.stringify([{ ...each.run, state: null }, each.shadow, each.session]),
  );
  return before === after;
}
