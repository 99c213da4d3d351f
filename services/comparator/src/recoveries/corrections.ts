import { type IncomingRecord, type LogLookup, recordAt } from '@understudy/streams';
import type { ComparatorLane } from '../comparator-lane.ts';
import { type Entry, type PositionedProduction, type TracedRequest, tracedRequest } from '../entry.ts';
import { clockToleranceMs, type JoinProduction } from '../join.ts';
import type { ReadShadowResponse, RecordReader } from '../record-reader.ts';
import { type AnsweredRecovery, FirstRecoveries } from './first-recoveries.ts';
import { ProductionLookup } from './production-lookup.ts';

/** What a recovery with an answer adds to the window of its frontier. */
export type Correction = { readonly frontierMs: number } & (
  | { readonly kind: 'pair'; readonly entry: Entry }
  | { readonly kind: 'not-compared'; readonly reason: 'recovered-before' | 'beyond-retention' }
);

export interface CorrectionsOptions {
  readonly lane: ComparatorLane;
  readonly partition: number;
  /** Up to when a production response of a request counts, by the request's log time; ms since the epoch. */
  readonly deadlineOf: (requestTimeMs: number) => number;
  readonly reader: RecordReader;
  readonly lookup: LogLookup;
}

/** A recovery whose production response may still come. */
interface Waiting {
  readonly frontierMs: number;
  readonly entry: Entry & { readonly production: null };
}

/** Recoveries that may wait for production before no more shadow responses are taken. */
const maxWaiting = 1_000;

/**
 * Finds the pairs of one partition's recovered requests: the request at its position, production's response by the join's
 * rule. What comes out is a function of the log: it does not matter how far the task itself has read. Where the log ends
 * before the deadline of a production response, the recovery waits for it, and its window stays open.
 */
export class Corrections {
  readonly #options: CorrectionsOptions;
  readonly #first: FirstRecoveries;
  readonly #productions: ProductionLookup;
  readonly #waiting = new Set<Waiting>();
  #found: Correction[] = [];
  #isBusy = false;

  constructor(options: CorrectionsOptions) {
    const { lane, partition, reader, lookup } = options;
    const { shadowResponses, productionResponses } = lane.topics;
    const { windowMs, name: experiment } = lane.ready.experiment;
    this.#options = options;
    this.#first = new FirstRecoveries({ topic: shadowResponses, partition, windowMs, reader, lookup });
    this.#productions = new ProductionLookup({
      topic: productionResponses,
      partition,
      experiment,
      reader,
      lookup,
    });
  }

  /** Another one can be taken. */
  get hasRoom(): boolean {
    return this.#waiting.size < maxWaiting;
  }

  /** Nothing goes on before production's responses are read further. */
  get needsProduction(): boolean {
    return this.#waiting.size > 0;
  }

  /** The earliest frontier of those that wait: its window stays open. Infinity if none does. */
  get openFromMs(): number {
    return [...this.#waiting].reduce((earliest, { frontierMs }) => Math.min(earliest, frontierMs), Infinity);
  }

  /** Log time of production's partition at which the first one gives up waiting; null if none waits. */
  get oldestDeadlineMs(): number | null {
    if (this.#waiting.size === 0) return null;
    return Math.min(...[...this.#waiting].map(({ entry }) => entry.request.deadlineMs));
  }

  /** To be told of every shadow response that the task reads. */
  reads(record: IncomingRecord): void {
    this.#first.reads(record);
  }

  /** A recovery with an answer that another window has counted: a later one repeats it. */
  pass({ timestampMs }: IncomingRecord, response: ReadShadowResponse): void {
    this.#first.add({ timestampMs, response });
  }

  /** @param productionUpTo - next offset of the production responses that the task reads */
  async add(recovery: AnsweredRecovery, productionUpTo: number): Promise<void> {
    const { response, frontierMs } = recovery;
    this.#isBusy = true;
    const isFirst = await this.#first.isFirst(recovery);
    const correction = isFirst
      ? await this.#correctionOf(recovery, productionUpTo)
      : ({ kind: 'not-compared', reason: 'recovered-before', frontierMs } as const);
    // Last: where the registry or Kafka is away, the task comes back with the same record.
    this.#first.add({ timestampMs: recovery.timestampMs, response });
    if (correction !== null) this.#found.push(correction);
  }

  /** The time of production's partition moves on. */
  passProduction(timeMs: number): void {
    for (const waiting of this.#waiting) {
      if (timeMs > waiting.entry.request.deadlineMs) this.#finish(waiting, null);
    }
  }

  addProduction({ exchangeId, timeMs, payload }: JoinProduction<PositionedProduction>): void {
    this.passProduction(timeMs);
    for (const waiting of this.#waiting) {
      const { request } = waiting.entry;
      const isInTime = timeMs >= request.timeMs - clockToleranceMs;
      if (request.exchangeId === exchangeId && isInTime) this.#finish(waiting, payload);
    }
  }

  /** Takes those found since the last call. */
  takeFound(): readonly Correction[] {
    const found = this.#found;
    this.#found = [];
    return found;
  }

  /** Windows before `startMs` are closed. What only a burst of recoveries needs is given away when it is over. */
  closed(startMs: number): void {
    this.#first.forgetBefore(startMs);
    if (!this.#isBusy) this.#productions.forget();
    this.#isBusy = false;
  }

  /** Null: it waits. */
  async #correctionOf(
    { offset, response, frontierMs }: AnsweredRecovery,
    readUpTo: number,
  ): Promise<Correction | null> {
    const { requestOffset, requestTime: timeMs } = response;
    const record = await this.#requestAt(requestOffset);
    if (record === null) return { kind: 'not-compared', reason: 'beyond-retention', frontierMs };
    const payload = await this.#read(record);
    const exchangeId = payload?.exchangeId ?? null;
    const inRecord = payload?.production ?? null;
    const own = inRecord === null ? null : { offset: null, result: inRecord };
    const deadlineMs = this.#options.deadlineOf(timeMs);
    const request = { offset: requestOffset, timeMs, deadlineMs, exchangeId, payload };
    const entry = { request, production: null, shadow: { offset, response } };
    if (exchangeId === null || own !== null)
      return { kind: 'pair', frontierMs, entry: { ...entry, production: own } };
    const found = await this.#productions.find({ exchangeId, timeMs, deadlineMs, readUpTo });
    switch (found.kind) {
      case 'beyond-retention':
        return { kind: 'not-compared', reason: 'beyond-retention', frontierMs };
      case 'found':
        return { kind: 'pair', frontierMs, entry: { ...entry, production: found.production } };
      case 'missing':
        return { kind: 'pair', frontierMs, entry };
      case 'open':
        this.#waiting.add({ frontierMs, entry });
        return null;
    }
  }

  #requestAt(offset: number): Promise<IncomingRecord | null> {
    const { lane, partition, lookup } = this.#options;
    return recordAt(lookup, { topic: lane.topics.requests, partition, offset });
  }

  /** Null: it can't be read. */
  async #read(record: IncomingRecord): Promise<TracedRequest | null> {
    const request = await this.#options.reader.read('request', record);
    return request && tracedRequest(request, record);
  }

  #finish(waiting: Waiting, production: PositionedProduction | null): void {
    const { frontierMs, entry } = waiting;
    this.#waiting.delete(waiting);
    this.#found.push({ kind: 'pair', frontierMs, entry: { ...entry, production } });
  }
}
