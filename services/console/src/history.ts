import type { Divergence } from '@understudy/schemas-avro';
import type { HistoryPoint } from './views.ts';

export interface HistoryOptions {
  /** Newest windows that are kept one by one; about as many older ones are kept thinned. Default 720. */
  readonly newest?: number;
}

const defaultNewest = 720;

/**
 * How each lane came to where it is: its newest windows one by one, and older ones thinned evenly, so that memory
 * is bounded and the line still begins where the lane began.
 */
export class History {
  readonly #newest: number;
  readonly #lanes = new Map<string, LaneHistory>();

  constructor({ newest = defaultNewest }: HistoryOptions = {}) {
    this.#newest = newest;
  }

  /** Takes the whole lane's records, in the order of the log; others are passed over. */
  add(record: Divergence): void {
    if (record.segment !== null || record.verdict === null) return;
    const history = this.#lanes.get(record.lane) ?? new LaneHistory(this.#newest);
    this.#lanes.set(record.lane, history);
    history.add(pointOf(record));
  }

  forget(lane: string): void {
    this.#lanes.delete(lane);
  }

  /** The oldest first; only windows that end after `after`. */
  points(lane: string, after: number = -Infinity): readonly HistoryPoint[] {
    return (
      this.#lanes
        .get(lane)
        ?.points()
        .filter(({ windowEnd }) => windowEnd > after) ?? []
    );
  }
}

class LaneHistory {
  readonly #limit: number;
  readonly #newest: HistoryPoint[] = [];
  #older: HistoryPoint[] = [];
  /** Of the windows that became old, each so manieth is kept. */
  #stride = 1;
  #agedOut = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A window that comes again was judged again: it takes the place of what was found before. */
  add(point: HistoryPoint): void {
    const last = this.#newest.at(-1);
    if (last !== undefined && point.windowEnd <= last.windowEnd) this.#replace(point);
    else this.#append(point);
  }

  #replace(point: HistoryPoint): void {
    for (const points of [this.#newest, this.#older]) {
      const index = points.findLastIndex(({ windowEnd }) => windowEnd === point.windowEnd);
      if (index >= 0) points[index] = point;
    }
  }

  #append(point: HistoryPoint): void {
    this.#newest.push(point);
    const old = this.#newest.length > this.#limit ? this.#newest.shift() : undefined;
    if (old === undefined) return;
    if (this.#agedOut % this.#stride === 0) this.#older.push(old);
    this.#agedOut += 1;
    if (this.#older.length <= this.#limit) return;
    this.#older = this.#older.filter((_, index) => index % 2 === 0);
    this.#stride *= 2;
  }

  points(): readonly HistoryPoint[] {
    return [...this.#older, ...this.#newest];
  }
}

function pointOf({ windowEnd, coverage, running, window }: Divergence): HistoryPoint {
  return {
    windowEnd,
    coverage,
    sampled: running.sums.ledger.sampled,
    compared: window.ledger.compared,
    agreement: running.agreement,
    windowAgreement: window.agreement.estimate,
    p95: { production: window.productionLatency.p95, shadow: window.shadowLatency.p95 },
  };
}
