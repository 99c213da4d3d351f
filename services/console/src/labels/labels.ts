import { setTimeout as delay } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { laneOf } from '@understudy/domain';
import type { StoreRecord } from '../store/store-records.ts';
import type { LabelsReport, LabelsView } from '../views.ts';
import { experimentOf, type JudgedLane, type LabelledExperiment } from './judged-pairs.ts';
import { countLabels, countWaiting } from './label-counts.ts';
import type { LabelMetrics } from './label-metrics.ts';
import { labelsReport } from './labels-report.ts';
import { labelsView } from './labels-view.ts';

export interface LabelsOptions {
  /** To the store, for these questions alone. */
  readonly connection: DuckDBConnection;
  readonly experiments: ReadonlyMap<string, LabelledExperiment>;
  /** Start of a lane's first window that counts. */
  readonly sinceOf: (lane: string) => number;
  /** Told when a lane's view is another one. */
  readonly onChanged: (lane: string) => void;
  readonly metrics: LabelMetrics;
  /** The store can't be asked. */
  readonly onOver: (error: Error) => void;
}

const leastPauseMs = 500;
/** Of the time that asking takes: so much longer is the pause after it. */
const pauseFactor = 9;

/**
 * What labels say of the lanes, as a number for each that is at hand at once. It is asked of the store again when something
 * has been stored, for at most a tenth of the time: the more there is, the less often.
 *
 *     const labels = new Labels({ connection, experiments, sinceOf, onChanged, metrics, onOver });
 *     labels.follow('mortgage.boosted.live');
 *     labels.of('mortgage.boosted.live')?.shadow.estimate; // 0.84
 */
export class Labels {
  readonly #options: LabelsOptions;
  readonly #views = new Map<string, LabelsView | null>();
  readonly #stale = new Set<string>();
  readonly #closing = new AbortController();
  #asking: Promise<void> | null = null;

  constructor(options: LabelsOptions) {
    this.#options = options;
  }

  /** Null for a lane without labels, or one that is not followed. */
  of(lane: string): LabelsView | null {
    return this.#views.get(lane) ?? null;
  }

  /** All of it, asked of the store now; null where answers have no labels. */
  async report(lane: string, nowMs: number = Date.now()): Promise<LabelsReport | null> {
    const { connection, experiments, sinceOf } = this.#options;
    const experiment = experimentOf(lane, experiments);
    if (experiment === null) return null;
    return await labelsReport(connection, { lane, experiment, since: sinceOf(lane) }, nowMs);
  }

  /** Nothing happens where answers have no labels. */
  follow(lane: string): void {
    if (experimentOf(lane, this.#options.experiments) === null || this.#views.has(lane)) return;
    this.#views.set(lane, null);
    this.#outdate(lane);
  }

  forget(lane: string): void {
    const { joined, waiting } = this.#options.metrics;
    if (this.#views.delete(lane)) for (const gauge of [joined, waiting]) gauge.remove({ lane });
  }

  /** What was committed to the store. */
  stored(batch: readonly StoreRecord[]): void {
    const lanes = new Set<string>();
    const experiments = new Set<string>();
    for (const { rows } of batch) {
      if (rows.kind === 'pairs') lanes.add(rows.window.lane);
      if (rows.kind === 'label') experiments.add(rows.label.experiment);
    }
    for (const lane of this.#views.keys())
      if (lanes.has(lane) || experiments.has(laneOf(lane)?.experiment ?? '')) this.#outdate(lane);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#asking;
    this.#options.connection.closeSync();
  }

  #outdate(lane: string): void {
    this.#stale.add(lane);
    this.#asking ??= this.#askAll()
      .catch((error: unknown) => {
        const cause = { cause: error };
        this.#options.onOver(new Error('The console could not ask its store for what labels say.', cause));
      })
      .finally(() => {
        this.#asking = null;
      });
  }

  async #askAll(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#stale.size > 0 && !signal.aborted) {
      const startedMs = performance.now();
      const asked = Array.from(this.#stale);
      this.#stale.clear();
      for (const lane of asked) {
        if (this.#views.has(lane) && !signal.aborted) await this.#ask(lane);
      }
      const pauseMs = Math.max(leastPauseMs, pauseFactor * (performance.now() - startedMs));
      await delay(pauseMs, undefined, { signal }).catch(() => {});
    }
  }

  async #ask(lane: string): Promise<void> {
    const { connection, experiments, sinceOf, metrics, onChanged } = this.#options;
    const experiment = experimentOf(lane, experiments);
    if (experiment === null) return;
    const judged: JudgedLane = { lane, experiment, since: sinceOf(lane) };
    const view = labelsView(await countLabels(connection, judged, 0), experiment.confidence);
    const waiting = await countWaiting(connection, judged);
    if (!this.#views.has(lane)) return; // forgotten meanwhile
    metrics.joined.set({ lane }, view?.labelled ?? 0);
    metrics.waiting.set({ lane }, waiting);
    const before = this.#views.get(lane) ?? null;
    this.#views.set(lane, view);
    if (JSON.stringify(view) !== JSON.stringify(before)) onChanged(lane);
  }
}
