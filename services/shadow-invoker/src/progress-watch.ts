import { poll } from '@understudy/service';
import {
  invokerProgress,
  type InvokerProgressOptions,
  longestRequestMs,
  type StandingStage,
  StandingClock,
  type TaskGroup,
} from '@understudy/streams';
import type { Health, Logger } from '@understudy/telemetry';

export interface ProgressWatchOptions extends InvokerProgressOptions {
  /** The lane's group in this process. */
  readonly group: TaskGroup;
  readonly stalledAfterMs: number;
  readonly logger: Logger;
}

const everyMs = 5_000;

/** Watches whether this process's share of a lane moves while requests wait: a process can be up and do nothing. */
export class ProgressWatch {
  readonly #options: ProgressWatchOptions;
  readonly #clock = new StandingClock();
  readonly #polling: { close(): Promise<void> };
  #stalled: readonly StandingStage[] = [];

  constructor(options: ProgressWatchOptions) {
    const { group, logger } = options;
    this.#options = options;
    this.#polling = poll({
      everyMs,
      look: () => this.#look(),
      onFailure: (error) => {
        logger.warn({ err: error, group: group.id }, 'could not look how far the lane is; it is tried again');
      },
    });
  }

  /** Not ok: requests have waited too long for a task that is here. */
  get health(): Health {
    const stalled = this.#stalled.map(({ partition, forMs }) => ({
      partition,
      seconds: Math.round(forMs / 1000),
    }));
    return { ok: stalled.length === 0, detail: { group: this.#options.group.id, stalled } };
  }

  close(): Promise<void> {
    return this.#polling.close();
  }

  async #look(): Promise<void> {
    const { group, lane, stalledAfterMs } = this.#options;
    const standing = this.#clock.look(await invokerProgress(this.#options), performance.now());
    const here = group.partitions();
    // One slow request holds up what comes after it.
    const limitMs = stalledAfterMs + longestRequestMs(lane);
    this.#stalled = standing.filter(({ partition, forMs }) => here.has(partition) && forMs >= limitMs);
  }
}
