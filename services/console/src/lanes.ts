import type { Alert, Divergence } from '@understudy/schemas-avro';
import { LaneAlerts } from './alerts.ts';
import { laneView } from './lane-view.ts';
import type { LabelsView, LaneView, WaitingView } from './views.ts';

/** Told the name of a lane of which something new is known. */
export type LaneListener = (lane: string) => void;

interface Newest {
  readonly lane: Divergence & { readonly verdict: NonNullable<Divergence['verdict']> };
  readonly windows: number;
  readonly revision: number | null;
  readonly segments: Map<string, Divergence>;
}

/**
 * The newest of every lane: its divergence records, its alerts, and what waits for its next window. As much as
 * configs name, however long the log is.
 *
 *     const lanes = new Lanes();
 *     for await (const record of records) lanes.add(record);
 *     lanes.get('mortgage.boosted.live')?.verdict; // 'fail'
 */
export class Lanes {
  readonly #newest = new Map<string, Newest>();
  readonly #alerts = new Map<string, LaneAlerts>();
  readonly #waiting = new Map<string, WaitingView>();
  readonly #listeners = new Set<LaneListener>();
  readonly #labelsOf: (lane: string) => LabelsView | null;
  readonly #pairsOf: (lane: string) => number;

  constructor(
    labelsOf: (lane: string) => LabelsView | null = () => null,
    pairsOf: (lane: string) => number = () => 0,
  ) {
    this.#labelsOf = labelsOf;
    this.#pairsOf = pairsOf;
  }

  /**
   * Records come in the order of the log: of a window, the whole lane's first, then its segments'. Those of windows before
   * the newest one are judged again; the lane shows them when that one is reached.
   *
   * @param revision - that its header names; default none
   */
  add(record: Divergence, revision: number | null = null): void {
    const { lane, segment, verdict, windowEnd } = record;
    const known = this.#newest.get(lane);
    const newestEnd = known?.lane.windowEnd ?? -Infinity;
    if (windowEnd < newestEnd) return;
    if (segment !== null) known?.segments.set(JSON.stringify([segment.field, segment.value]), record);
    else if (verdict !== null) {
      this.#newest.set(lane, {
        lane: { ...record, verdict },
        windows: (known?.windows ?? 0) + (windowEnd > newestEnd ? 1 : 0),
        revision,
        segments: known?.segments ?? new Map(),
      });
    }
    this.#tell(lane);
  }

  addAlert(alert: Alert): void {
    const alerts = this.#alerts.get(alert.lane) ?? new LaneAlerts();
    this.#alerts.set(alert.lane, alerts);
    alerts.add(alert);
    this.#tell(alert.lane);
  }

  /** Null: not known. */
  setWaiting(lane: string, waiting: WaitingView | null): void {
    const before = this.#waiting.get(lane) ?? null;
    if (before?.requests === waiting?.requests && before?.isExact === waiting?.isExact) return;
    if (waiting === null) this.#waiting.delete(lane);
    else this.#waiting.set(lane, waiting);
    this.#tell(lane);
  }

  /** The lane is not shown any more. */
  forget(lane: string): void {
    for (const known of [this.#newest, this.#alerts, this.#waiting]) known.delete(lane);
    this.#tell(lane);
  }

  /** Another pair that differs has come. */
  pairsChanged(lane: string): void {
    if (this.#newest.has(lane)) this.#tell(lane);
  }

  /** What labels say of it is another. */
  labelsChanged(lane: string): void {
    if (this.#newest.has(lane)) this.#tell(lane);
  }

  /** Start of the first window that counts, ms since the epoch; 0 before one is known. */
  since(lane: string): number {
    return this.#newest.get(lane)?.lane.running.since ?? 0;
  }

  /** By name. */
  all(): readonly LaneView[] {
    return this.names().flatMap((name) => this.get(name) ?? []);
  }

  /** Of the lanes that have closed a window. */
  names(): readonly string[] {
    return [...this.#newest.keys()].toSorted();
  }

  get(lane: string): LaneView | null {
    const newest = this.#newest.get(lane);
    if (newest === undefined) return null;
    const alerts = this.#alerts.get(lane);
    return laneView({
      ...newest,
      alerts: alerts?.firing ?? [],
      resolvedAlerts: alerts?.resolved ?? [],
      waiting: this.#waiting.get(lane) ?? null,
      labels: this.#labelsOf(lane),
      pairs: this.#pairsOf(lane),
    });
  }

  /** The listener is called synchronously and must be quick. Returns what ends it. */
  listen(listener: LaneListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(lane: string): void {
    for (const listener of this.#listeners) listener(lane);
  }
}
