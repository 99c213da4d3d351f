import { setTimeout as delay } from 'node:timers/promises';
import { changeRun, type ReadyLane, type RunsOptions } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';

export interface EndRunOptions {
  readonly runs: RunsOptions;
  readonly lane: ReadyLane;
  readonly logger: Logger;
}

const retryMs = 2_000;

/**
 * Records a run as ended, once its last window is published. Whoever merges that window says so, again after a restart;
 * what is ended or was cancelled meanwhile stays as it is. Tried until it succeeds, or the lane is closed.
 */
export class EndRun {
  readonly #options: EndRunOptions;
  readonly #closing = new AbortController();
  #isPublished = false;

  constructor(options: EndRunOptions) {
    this.#options = options;
  }

  /** The window before the run's end is in the log for good. */
  published(): void {
    if (!this.#isPublished) void this.#record();
    this.#isPublished = true;
  }

  /** Does not wait for Kafka: it is begun again by whoever merges the lane next. */
  close(): void {
    this.#closing.abort();
  }

  async #record(): Promise<void> {
    const { runs, lane, logger } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      try {
        await changeRun(runs, lane.lane, (run) =>
          run?.state === 'running' || run?.state === 'paused' ? { ...run, state: 'ended' } : null,
        );
        logger.info('the run has ended');
        return;
      } catch (error) {
        logger.warn({ err: error }, 'could not record that the run has ended; it is tried again');
        await delay(retryMs, undefined, { signal }).catch(() => undefined);
      }
    }
  }
}
