import type { Alert } from '@understudy/schemas-avro';
import { poll } from '@understudy/service';
import {
  type KafkaAdmin,
  type KafkaConnection,
  longestRequestMs,
  type StandingStage,
  StandingClock,
  type TaskState,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { ComparatorLane } from '../../comparator-lane.ts';
import { responseDeadlineMs } from '../../window-settings.ts';
import type { LaneTime } from '../../lane-time.ts';
import { mergeId } from '../../open-tasks.ts';
import { evidenceText, laneLink } from '../alert-record.ts';
import { forgetLane, type LaneMetrics, reportLane } from './lane-metrics.ts';
import { type Lag, laneProgress } from './lane-progress.ts';
import { StallLedger } from './stall-ledger.ts';
import { stallReason } from './stall-reason.ts';
import { type StallChange, stallChange, type StandingLimits } from './stall.ts';

export interface StallWatchOptions {
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly lane: ComparatorLane;
  readonly time: LaneTime;
  /** The lane's tasks in this process. */
  readonly states: () => ReadonlyMap<string, TaskState>;
  readonly stalledAfterMs: number;
  /** The console's address, for links. */
  readonly consoleUrl: string | null;
  readonly metrics: LaneMetrics;
  readonly logger: Logger;
}

const everyMs = 5_000;
/** Of stages in one alert. */
const maxListed = 20;

/**
 * Watches by the wall clock whether a lane's time moves while requests wait, in the process that holds the lane's merge.
 * It stands outside the tasks: a task that is halted, or never started, would not tell.
 */
export class StallWatch {
  readonly #options: StallWatchOptions;
  readonly #polling: { close(): Promise<void> };
  readonly #clock = new StandingClock();
  #ledger: StallLedger | null = null;
  #lags: readonly Lag[] = [];

  constructor(options: StallWatchOptions) {
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

  get lane(): string {
    return this.#options.lane.name;
  }

  /** Why the lane is stalled; null: it isn't, or another process watches it. */
  get stalled(): string | null {
    return this.#ledger?.firing?.reason ?? null;
  }

  async close(): Promise<void> {
    await this.#polling.close();
    await this.#giveUpLedger();
    forgetLane(this.#options.metrics, this.#options.lane, this.#lags);
  }

  async #look(): Promise<void> {
    const merge = this.#options.states().get(mergeId);
    if (merge === undefined) await this.#standBy();
    if (merge !== 'running' && merge !== 'halted') return;
    try {
      await this.#watch();
    } catch (error) {
      await this.#giveUpLedger(); // what became of a write is read by the next one
      throw error;
    }
  }

  async #watch(): Promise<void> {
    const { lane, metrics } = this.#options;
    const ledger = (this.#ledger ??= await StallLedger.open(this.#options, lane));
    const { stages, lags } = await laneProgress(this.#options);
    // A live run that has an end has given way to the next one: nobody waits for it, and what was said of it is over.
    const watched = lane.ready.run.end === null ? stages : [];
    const standing = this.#clock.look(watched, performance.now());
    const change = stallChange(lane.name, standing, { firing: ledger.firing, limits: this.#limits() });
    if (change !== null) await this.#announce(ledger, change);
    this.#lags = lags;
    const isStalled = ledger.firing !== null;
    const { heldParts } = this.#options.time;
    reportLane(metrics, lane, { standing, lags, isStalled, heldParts, nowMs: Date.now() });
  }

  async #announce(ledger: StallLedger, change: StallChange): Promise<void> {
    const { lane, logger } = this.#options;
    const { identity, windowStart } = change;
    switch (change.change) {
      case 'begins': {
        const reason = await this.#reasonFor(change.stalled);
        const evidence = this.#evidenceFor(change.stalled);
        await ledger.write(this.#alert({ identity, windowStart, state: 'firing', reason, evidence }), {
          identity,
          windowStart,
          reason,
        });
        logger.error({ lane: lane.name }, `stalled ${reason}`);
        return;
      }
      case 'ends': {
        const reason = `the lane's time has moved past the window of ${new Date(windowStart).toISOString()}`;
        const evidence = evidenceText({ windowStart });
        await ledger.write(this.#alert({ identity, windowStart, state: 'resolved', reason, evidence }), null);
        logger.info({ lane: lane.name }, `no longer stalled: ${reason}`);
      }
    }
  }

  #alert(of: Pick<Alert, 'identity' | 'windowStart' | 'state' | 'reason' | 'evidence'>): Alert {
    const { lane, consoleUrl } = this.#options;
    return { ...of, lane: lane.name, rule: 'stalled', link: laneLink(consoleUrl, lane.name) };
  }

  #limits(): StandingLimits {
    const { lane, stalledAfterMs } = this.#options;
    return {
      // One slow request holds up what comes after it; a response that is missing holds up its window.
      invoker: stalledAfterMs + longestRequestMs(lane.ready),
      join: stalledAfterMs + responseDeadlineMs(lane.ready.timeline.newest.experiment),
      merge: stalledAfterMs,
    };
  }

  async #reasonFor(stalled: readonly StandingStage[]): Promise<string> {
    const withoutProduction: number[] = [];
    for (const { stage, partition, window } of stalled.slice(0, maxListed))
      if (stage === 'join' && !(await this.#productionHasPassed(partition, window)))
        withoutProduction.push(partition);
    return stallReason({ stalled, halted: this.#halted(), withoutProduction });
  }

  async #productionHasPassed(partition: number, window: number): Promise<boolean> {
    const { admin, lane } = this.#options;
    const { experiment, timeline } = lane.ready;
    const topic = lane.topics.productionResponses;
    const deadline = window + experiment.windowMs + responseDeadlineMs(timeline.at(window).experiment);
    const [offset] = await admin.offsetsAtTime(topic, deadline, [partition]);
    const end = (await admin.bounds(topic))[partition]?.end ?? 0;
    return (offset ?? end) < end;
  }

  #evidenceFor(stalled: readonly StandingStage[]): string {
    const { stalledAfterMs } = this.#options;
    const stages = stalled
      .slice(0, maxListed)
      .map(({ stage, partition, window, forMs }) => ({ stage, partition, window, forMs: Math.round(forMs) }));
    return evidenceText({ stalled: stalled.length, stages, halted: this.#halted(), stalledAfterMs });
  }

  #halted(): readonly string[] {
    return [...this.#options.states()].flatMap(([task, state]) => (state === 'halted' ? [task] : []));
  }

  /** Another process has the lane's merge, and watches it; or nobody has. */
  async #standBy(): Promise<void> {
    if (this.#ledger === null) return;
    await this.#giveUpLedger();
    forgetLane(this.#options.metrics, this.#options.lane, this.#lags);
  }

  async #giveUpLedger(): Promise<void> {
    const ledger = this.#ledger;
    this.#ledger = null;
    await ledger?.close();
  }
}
