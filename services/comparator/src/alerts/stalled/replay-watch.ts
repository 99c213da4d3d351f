import { poll } from '@understudy/service';
import { type KafkaAdmin, StandingClock, type TaskState } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { ComparatorLane } from '../../comparator-lane.ts';
import type { LaneTime } from '../../lane-time.ts';
import { mergeId } from '../../open-tasks.ts';
import { forgetLane, type LaneMetrics, reportProgress } from './lane-metrics.ts';
import { type Lag, laneProgress } from './lane-progress.ts';

export interface ReplayWatchOptions {
  readonly admin: KafkaAdmin;
  readonly lane: ComparatorLane;
  readonly time: LaneTime;
  /** The lane's tasks in this process. */
  readonly states: () => ReadonlyMap<string, TaskState>;
  readonly metrics: LaneMetrics;
  readonly logger: Logger;
}

const everyMs = 5_000;

/**
 * Tells how far a run over the past has come, in the process that holds its merge. It raises no alert: a replay may be
 * paused, and waits for its pace.
 */
export class ReplayWatch {
  readonly #options: ReplayWatchOptions;
  readonly #clock = new StandingClock();
  readonly #polling: { close(): Promise<void> };
  #told: readonly Lag[] | null = null;

  constructor(options: ReplayWatchOptions) {
    const { lane, logger } = options;
    this.#options = options;
    this.#polling = poll({
      everyMs,
      look: () => this.#look(),
      onFailure: (error) => {
        logger.warn({ err: error, lane: lane.name }, 'could not look how far the lane is; it is tried again');
      },
    });
  }

  async close(): Promise<void> {
    await this.#polling.close();
    this.#forget();
  }

  async #look(): Promise<void> {
    const { lane, time, metrics, states } = this.#options;
    if (!states().has(mergeId)) return this.#forget();
    const { stages, lags } = await laneProgress(this.#options);
    const standing = this.#clock.look(stages, performance.now());
    this.#told = lags;
    reportProgress(metrics, lane, { standing, lags, heldParts: time.heldParts, nowMs: Date.now() });
  }

  #forget(): void {
    if (this.#told !== null) forgetLane(this.#options.metrics, this.#options.lane, this.#told);
    this.#told = null;
  }
}
