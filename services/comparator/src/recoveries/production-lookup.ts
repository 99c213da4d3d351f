import { isTick } from '@understudy/domain';
import { type LogLookup, recordAt, StreamsError } from '@understudy/streams';
import type { PositionedProduction } from '../entry.ts';
import { clockToleranceMs } from '../join.ts';
import type { RecordReader } from '../record-reader.ts';

export interface ProductionLookupOptions {
  readonly topic: string;
  readonly partition: number;
  readonly experiment: string;
  readonly reader: RecordReader;
  readonly lookup: LogLookup;
}

/** What the log says of one request. */
export type FoundProduction =
  | { readonly kind: 'found'; readonly production: PositionedProduction }
  /** There is none: the log's time has passed the deadline. */
  | { readonly kind: 'missing' }
  /** There is none so far, and the log's time has not passed the deadline. */
  | { readonly kind: 'open' }
  /** It may have been deleted. */
  | { readonly kind: 'beyond-retention' };

export interface ProductionQuestion {
  readonly exchangeId: string;
  /** Log time of the request, ms since the epoch. */
  readonly timeMs: number;
  /** Up to when a response counts, ms since the epoch. */
  readonly deadlineMs: number;
  /** The log was read up to here by the task itself: nothing before it may be missed. */
  readonly readUpTo: number;
}

interface Place {
  readonly exchangeId: string;
  readonly offset: number;
  readonly timeMs: number;
}

/** Requests need not be asked for in their order: places are kept for so long after they were passed, ms of the log. */
const keptMs = 60_000;
/** Further ahead than this the log is not read through to the next request, but begun anew, ms of the log. */
const skippedMs = 60_000;

/**
 * Finds production's responses again, by the join's third rule: of those with the request's exchange id within
 * `[−10 s, +deadline]` of it, the one of lowest offset. The log is read forward once for many requests that are asked for
 * nearly in their order; only where responses stand is remembered, for as long a stretch of time as one request and
 * {@link keptMs} need.
 */
export class ProductionLookup {
  readonly #options: ProductionLookupOptions;
  readonly #places = new Set<Place>();
  readonly #byId = new Map<string, readonly Place[]>();
  /** All responses from this time on, up to `#next`, are among the places; null: nothing was read. */
  #fromMs: number | null = null;
  #next = 0;
  #clockMs = 0;

  constructor(options: ProductionLookupOptions) {
    this.#options = options;
  }

  /** @throws {StreamsError} 'kafka-unavailable' where the log ends before what the task has read */
  async find({ exchangeId, timeMs, deadlineMs, readUpTo }: ProductionQuestion): Promise<FoundProduction> {
    const { topic, partition } = this.#options;
    const fromMs = timeMs - clockToleranceMs;
    if (!(await this.#begin(fromMs))) return { kind: 'beyond-retention' };
    for (;;) {
      const place = this.#byId
        .get(exchangeId)
        ?.find((each) => each.timeMs >= fromMs && each.timeMs <= deadlineMs);
      if (place !== undefined) return this.#productionAt(place);
      if (this.#clockMs > deadlineMs) return { kind: 'missing' };
      const went = await this.#readOn();
      if (went === 'deleted') return { kind: 'beyond-retention' };
      if (went === 'on') continue;
      if (this.#next >= readUpTo) return { kind: 'open' };
      throw new StreamsError(
        'kafka-unavailable',
        `${topic}/${partition} ends at ${this.#next}, but was read up to ${readUpTo}: a leader has changed`,
      );
    }
  }

  forget(): void {
    this.#places.clear();
    this.#byId.clear();
    this.#fromMs = null;
  }

  /** Everything from `fromMs` on is known or will be read; false: the log does not reach back so far. */
  async #begin(fromMs: number): Promise<boolean> {
    if (this.#fromMs !== null && fromMs >= this.#fromMs && fromMs <= this.#clockMs + skippedMs) {
      this.#dropBefore(fromMs - keptMs);
      return true;
    }
    const { topic, partition, lookup } = this.#options;
    this.forget();
    const offset = await lookup.offsetAtTime(topic, partition, fromMs);
    // Where the log begins within the time, what was before it may have been the one.
    if (offset > 0 && offset === (await lookup.start(topic, partition))) return false;
    this.#fromMs = fromMs;
    this.#next = offset;
    this.#clockMs = 0;
    return true;
  }

  async #readOn(): Promise<'on' | 'end' | 'deleted'> {
    const { topic, partition, experiment, reader, lookup } = this.#options;
    const found = await lookup.read(topic, partition, this.#next);
    if (found === null) {
      this.forget();
      return 'deleted';
    }
    if (found.nextOffset === this.#next) return 'end';
    const places: Place[] = [];
    let timeMs = this.#clockMs;
    for (const record of found.records) {
      timeMs = Math.max(timeMs, record.timestampMs);
      const response = isTick(record) ? null : await reader.read('production-response', record);
      if (response === null || response.experiment !== experiment) continue;
      places.push({ exchangeId: response.exchangeId, offset: record.offset, timeMs });
    }
    // All at once: where the registry is away, the same records are read again.
    for (const place of places) {
      this.#places.add(place);
      this.#byId.set(place.exchangeId, [...(this.#byId.get(place.exchangeId) ?? []), place]);
    }
    this.#clockMs = timeMs;
    this.#next = found.nextOffset;
    return 'on';
  }

  async #productionAt({ offset }: Place): Promise<FoundProduction> {
    const { topic, partition, reader, lookup } = this.#options;
    const record = await recordAt(lookup, { topic, partition, offset });
    const response = record === null ? null : await reader.read('production-response', record);
    if (response === null) return { kind: 'beyond-retention' };
    return { kind: 'found', production: { offset, result: response.result } };
  }

  #dropBefore(timeMs: number): void {
    for (const place of this.#places) {
      if (place.timeMs >= timeMs) break;
      this.#places.delete(place);
      const others = (this.#byId.get(place.exchangeId) ?? []).filter((other) => other !== place);
      if (others.length === 0) this.#byId.delete(place.exchangeId);
      else this.#byId.set(place.exchangeId, others);
    }
    this.#fromMs = Math.max(this.#fromMs ?? timeMs, timeMs);
  }
}
