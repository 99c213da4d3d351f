import { topicNames } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import type { Logger } from '@understudy/telemetry';
import { StreamsError } from '../client/errors.ts';
import { followLog } from '../client/follow-log.ts';
import { decodeWaiting } from '../registry/decode-waiting.ts';
import {
  configuredLane,
  type ReadyLane,
  runsOf,
  setUpLiveLanes,
  setUpRun,
  setUpSharedTopics,
  type StreamsSetup,
} from './lane-setup.ts';
import { LaneSlot, type OpenLane } from './lane-slot.ts';
import { isOver, replaysAtOnce } from './replays-at-once.ts';
import { RevisionFollower } from './revisions/revision-follower.ts';
import { runTimeline } from './revisions/timeline.ts';
import type { TaskMetrics } from '../tasks/task-metrics.ts';

export interface LaneDirectoryOptions<T extends OpenLane> extends StreamsSetup {
  /**
   * Begins the work on a lane, whose topics are there. Null: there is nothing to do for it here. `onOver`: the lane can't
   * go on in this process.
   */
  readonly open: (lane: ReadyLane, onOver: (error: Error) => void) => Promise<T | null>;
  readonly logger: Logger;
  readonly metrics: Pick<TaskMetrics, 'lanesFailed' | 'lanesOpen' | 'lanesWaiting' | 'revisionsKnownUntil'>;
  /** The process can't go on: a live lane can't, or `runs` can't be read any further. */
  readonly onOver: (error: Error) => void;
}

/**
 * The lanes that a service works on: the live lane of each shadow of the config's experiments, as their newest revisions have
 * them, and every other run of one that is not over, as many replays at once as the config allows. Follows `runs`, opens lanes
 * as runs are recorded, and closes them when those are ended or cancelled. A run whose record changes in anything but its
 * state is closed and opened again; so is one whose shadow a revision changes. What goes wrong with one lane stays there: it is
 * tried again, while the others go on; only a live lane that can't go on ends the process, so that another one takes it.
 */
export class LaneDirectory<T extends OpenLane> {
  readonly #options: LaneDirectoryOptions<T>;
  readonly #slots = new Map<string, LaneSlot<T>>();
  /** Those that are not over, by lane. */
  readonly #runs = new Map<string, Run>();
  readonly #revisions: RevisionFollower;
  readonly #closing = new AbortController();
  #following: Promise<void> = Promise.resolve();

  /**
   * Resolves when all lanes are open that there are at the call.
   *
   * @throws {StreamsError} why a live lane can't be opened; other lanes are tried again
   */
  static async open<T extends OpenLane>(options: LaneDirectoryOptions<T>): Promise<LaneDirectory<T>> {
    await setUpSharedTopics(options);
    let directory: LaneDirectory<T> | null = null;
    const revisions = await RevisionFollower.open({
      ...options,
      ...runsOf(options),
      onRevision: async () => {
        if (directory !== null) await directory.#revise();
      },
    });
    directory = new LaneDirectory(options, revisions);
    try {
      const live = await setUpLiveLanes(directory.#setup);
      await directory.#begin(new Map(live.map(({ run }) => [run.lane, run])));
      return directory;
    } catch (error) {
      await directory.close();
      throw error;
    }
  }

  private constructor(options: LaneDirectoryOptions<T>, revisions: RevisionFollower) {
    this.#options = options;
    this.#revisions = revisions;
  }

  /** Those that are open. */
  get lanes(): readonly T[] {
    return [...this.#slots.values()].flatMap(({ lane }) => lane ?? []);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#following, this.#revisions.close()]);
    await Promise.all([...this.#slots.values()].map((slot) => slot.want(null)));
  }

  async #begin(runs: Map<string, Run>): Promise<void> {
    const caughtUp = Promise.withResolvers<void>();
    let isCaughtUp = false;
    const onCaughtUp = (): void => {
      isCaughtUp = true;
      caughtUp.resolve();
    };
    this.#following = this.#follow((run) => {
      if (isCaughtUp) void this.#take([run]);
      else runs.set(run.lane, run);
    }, onCaughtUp).catch((error: unknown) => {
      if (this.#closing.signal.aborted) return;
      const reason = error instanceof Error ? error : new Error(String(error));
      if (isCaughtUp) this.#options.onOver(reason);
      caughtUp.reject(reason);
    });
    await caughtUp.promise;
    await this.#take([...runs.values()]);
    for (const { lane, kind } of runs.values()) {
      const failure = this.#slots.get(lane)?.failure ?? null;
      if (kind === 'live' && failure !== null) throw failure;
    }
  }

  async #follow(onRun: (run: Run) => void, onCaughtUp: () => void): Promise<void> {
    const { connection, registry, config, logger } = this.#options;
    const { signal } = this.#closing;
    const topic = topicNames(config.kafka.prefix).shared('runs');
    for await (const { value } of followLog(connection, { topic, signal, onCaughtUp })) {
      try {
        if (value !== null) onRun(await decodeWaiting(registry, { name: 'run', value, signal, logger }));
      } catch (error) {
        if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
        logger.warn({ err: error, topic }, 'passed over a run that can not be read');
      }
    }
  }

  /** With the experiments as they are now. */
  get #setup(): StreamsSetup {
    return { ...this.#options, config: this.#revisions.config };
  }

  /** A revision may bring shadows, take some away, and change how others are called. */
  async #revise(): Promise<void> {
    for (const { run } of await setUpLiveLanes(this.#setup)) this.#runs.set(run.lane, run);
    await this.#take([...this.#runs.values()]);
  }

  /** Opens, changes or closes the lanes of these runs, and opens those that there is room for now. */
  async #take(runs: readonly Run[]): Promise<void> {
    for (const run of runs) {
      if (isOver(run)) this.#runs.delete(run.lane);
      else this.#runs.set(run.lane, run);
    }
    const { open, waiting } = replaysAtOnce(this.#revisions.config, this.#runs.values());
    this.#options.metrics.lanesWaiting.set({}, waiting.length);
    const changed = runs.filter((run) => !waiting.includes(run));
    const begun = open.filter((run) => !this.#slots.has(run.lane) && !changed.includes(run));
    await Promise.all([...changed, ...begun].map((run) => this.#want(run)));
  }

  async #want(run: Run): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const configured = isOver(run) ? null : configuredLane(this.#revisions.config, run.lane);
    const wanted = configured && {
      run,
      shadow: configured.shadow,
      session: configured.experiment.session,
    };
    const known = this.#slots.get(run.lane);
    if (wanted === null && known === undefined) return;
    const slot = known ?? this.#slotFor(run);
    this.#slots.set(run.lane, slot);
    await slot.want(wanted);
    if (wanted === null && slot.lane === null) this.#slots.delete(run.lane);
    this.#count();
  }

  #slotFor({ lane, kind }: Run): LaneSlot<T> {
    const { open, onOver, logger } = this.#options;
    return new LaneSlot<T>({
      open: async (run, fail) => {
        const ready = await setUpRun(this.#setup, run);
        if (ready === null) return null;
        const timeline = runTimeline(this.#revisions.timelineOf(ready.experiment.name), run);
        return open({ ...ready, timeline }, kind === 'live' ? onOver : fail);
      },
      onFailure: (error) => {
        logger.error({ err: error, lane }, 'the lane could not be opened, or not go on; it is tried again');
        this.#count();
      },
    });
  }

  #count(): void {
    const { lanesFailed, lanesOpen } = this.#options.metrics;
    const slots = [...this.#slots.values()];
    lanesFailed.set({}, slots.filter(({ failure }) => failure !== null).length);
    for (const kind of ['live', 'replay', 'rejudge'] as const)
      lanesOpen.set({ kind }, slots.filter(({ lane, run }) => lane !== null && run?.kind === kind).length);
  }
}
