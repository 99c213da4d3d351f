import { setTimeout as delay } from 'node:timers/promises';
import { type Config, experimentChanges } from '@understudy/config';
import { revisionLeadMs, topicNames } from '@understudy/domain';
import type { Gauge, Logger } from '@understudy/telemetry';
import type { KafkaAdmin } from '../../client/admin.ts';
import { LogTail } from '../../client/log-tail.ts';
import { type RunsOptions } from '../runs.ts';
import { addTo, ensureExperiments } from './revision-log.ts';
import type { GrowingTimeline, Timeline } from './timeline.ts';

export interface RevisionFollowerOptions extends RunsOptions {
  readonly admin: KafkaAdmin;
  /** Whose experiments are followed; those that the log does not have become its first revisions. */
  readonly config: Config;
  readonly logger: Logger;
  readonly metrics: { readonly revisionsKnownUntil: Gauge };
  /** There is a newer revision of one of them. Called again, after a while, where it rejects. */
  readonly onRevision: () => Promise<void>;
}

/** How far the clocks of this process and of the brokers may lie apart. */
const clockToleranceMs = 10_000;
const lookEveryMs = 2_000;
const sayEveryMs = 30_000;

/**
 * Follows the revisions of a config's experiments, once for all tasks of a process. A look that has seen the end of the topic
 * at wall time `w` knows all that can take effect before `w + 30 s`, less what clocks may differ by: tasks never come
 * near that time as long as the topic can be read, and wait before it while it can't.
 */
export class RevisionFollower {
  readonly #options: RevisionFollowerOptions;
  readonly #tail: LogTail;
  readonly #timelines = new Map<string, GrowingTimeline>();
  readonly #closing = new AbortController();
  #following: Promise<void> = Promise.resolve();
  #isRevised = false;
  #saidMs = -Infinity;

  /** @throws {StreamsError} 'kafka-unavailable', 'state-mismatch' for a revision that this version can't read */
  static async open(options: RevisionFollowerOptions): Promise<RevisionFollower> {
    const { connection, admin, config, prefix } = options;
    await ensureExperiments(options, config.experiments);
    const tail = await LogTail.open(connection, topicNames(prefix).shared('experiments'), admin);
    const follower = new RevisionFollower(options, tail);
    try {
      await follower.#look();
    } catch (error) {
      await tail.close();
      throw error;
    }
    follower.#sayOtherConfig();
    follower.#isRevised = false;
    follower.#following = follower.#follow();
    return follower;
  }

  private constructor(options: RevisionFollowerOptions, tail: LogTail) {
    this.#options = options;
    this.#tail = tail;
  }

  /** Of an experiment of the config. */
  timelineOf(experiment: string): Timeline {
    const timeline = this.#timelines.get(experiment);
    if (timeline === undefined) throw new TypeError(`the config has no experiment ${experiment}`);
    return timeline;
  }

  /** The config with its experiments as they are now. */
  get config(): Config {
    const { config } = this.#options;
    const experiments = config.experiments.map(({ name }) => this.timelineOf(name).newest.experiment);
    return { ...config, experiments };
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
    await this.#tail.close();
  }

  async #follow(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#look();
        if (!this.#isRevised) continue;
        await this.#options.onRevision();
        this.#isRevised = false;
      } catch (error) {
        this.#say(error);
      }
    }
  }

  async #look(): Promise<void> {
    const { registry, config, metrics } = this.#options;
    const lookedMs = Date.now();
    const { isAll } = await this.#tail.look(async (record) => {
      if (record.value === null) return;
      const experiment = await registry.decode('experiment', record.value);
      if (!config.experiments.some(({ name }) => name === experiment.name)) return;
      addTo(this.#timelines, experiment, record);
      this.#isRevised = true;
    });
    if (!isAll) return;
    const knownUntilMs = lookedMs + revisionLeadMs - clockToleranceMs;
    for (const timeline of this.#timelines.values()) timeline.know(knownUntilMs);
    metrics.revisionsKnownUntil.set({}, knownUntilMs / 1_000);
  }

  #say(error: unknown): void {
    if (performance.now() - this.#saidMs < sayEveryMs) return;
    this.#saidMs = performance.now();
    this.#options.logger.warn(
      { err: error },
      'the revisions of experiments can not be followed; tasks wait before the time up to which they are known',
    );
  }

  /** The log's revision holds, in every process, whatever their files say. */
  #sayOtherConfig(): void {
    const { config, logger } = this.#options;
    for (const experiment of config.experiments) {
      const { newest } = this.timelineOf(experiment.name);
      const changes = experimentChanges(newest.experiment, experiment).filter(
        ({ part }) => part === 'judges' || part === 'acts',
      );
      if (changes.length === 0) continue;
      logger.warn(
        { experiment: experiment.name, revision: newest.number, settings: changes.map(({ path }) => path) },
        'the config has this experiment otherwise than its newest revision, which holds until `understudy apply` records another one',
      );
    }
  }
}
