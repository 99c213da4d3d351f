import { Fifo } from '@understudy/streams';
import { ById } from './by-id.ts';
import { Places } from './places.ts';

/** A request and its place in the log. `payload` is whatever the caller wants to have back with the entry. */
export interface PlacedRequest<R> {
  readonly offset: number;
  /** Log time: prefix maximum of append times, ms since the epoch. */
  readonly timeMs: number;
  /** Up to when a production response counts, by the log time of its own partition, ms since the epoch. */
  readonly deadlineMs: number;
  /** Null for a request that could not be read. */
  readonly exchangeId: string | null;
  readonly payload: R;
}

/** A request as the join needs it. */
export interface JoinRequest<R, P> extends PlacedRequest<R> {
  /** Production's result, where the request carries it itself. */
  readonly production: P | null;
  /** What it takes in memory, about, its payload and `production` with it. */
  readonly sizeBytes: number;
}

/** A production response; `timeMs` is the log time of its own partition. */
export interface JoinProduction<P> {
  readonly offset: number;
  readonly timeMs: number;
  readonly exchangeId: string;
  readonly payload: P;
  readonly sizeBytes: number;
}

/** A first shadow response, or progress where `shadow` is null. */
export interface JoinFrontier<S> {
  readonly requestOffset: number;
  /** Log time of the request. */
  readonly requestTimeMs: number;
  readonly shadow: S | null;
}

/** A sampled request, and what came of it on both sides. `production` null: missing, its deadline has passed. */
export interface JoinedEntry<R, P, S> {
  readonly request: PlacedRequest<R>;
  readonly production: P | null;
  readonly shadow: S;
}

export interface JoinOptions<P> {
  /** What lies before is not ours: start of the first open window, ms since the epoch. */
  readonly startMs: number;
  /** Payloads beyond this are not kept but {@link leftInLog}. */
  readonly maxHeldBytes: number;
  /** What stands for the payload of the production response at an offset, to find it again; it takes next to nothing. */
  readonly leftInLog: (offset: number) => P;
}

/** Clocks of two partitions may differ by this much: a response may seem to come before its request. */
export const clockToleranceMs = 10_000;

/**
 * Requests that are read before it is known whether they were sampled. Few: what waits in the log, or as bytes in the
 * queue before the join, costs less than entries, which outlive the young heap and are moved and marked by its collector.
 */
const maxAhead = 256;

const none: readonly never[] = [];

interface Entry<R, P, S> {
  readonly request: JoinRequest<R, P>;
  production: P | null;
  /** What it and its production response take in memory. */
  sizeBytes: number;
  /** `undefined` until the frontier has passed: only then is it known whether the request was sampled. */
  shadow: S | undefined;
}

/** A production response that no request has taken yet. */
type Untaken<P> = Pick<JoinProduction<P>, 'timeMs' | 'payload' | 'sizeBytes'>;

/**
 * Joins, in one partition of one lane, every sampled request with production's response and the shadow's. A pure
 * function of three logs: however their records interleave, wherever reading began before `startMs`, the same
 * entries come out.
 *
 * Requests and shadow responses are both in the order of the requests' offsets, so they merge; shadow responses
 * alone say which requests were sampled. Production's are found by exchange id, within a range of time.
 *
 *     requests              r0(1s)  r1(2s)  r2(3s)  r3(4s)
 *     shadow responses      first@0         first@2           the frontier is r2, so r1 was not sampled
 *     production responses      p2      p0                    r0 and r2 are joined; r3 waits for the frontier
 *
 * Where a production response stands is remembered for 10 s of the log, for a request may stand behind it, and an exchange
 * id be there twice; its payload is kept only until a request has it. Payloads are bounded: beyond the bound, the place is
 * all that is kept, and who judges the entry reads it again.
 *
 * `join.test.ts` has this scenario, and any interleaving of it.
 */
export class Join<R, P, S> {
  readonly #options: JoinOptions<P>;
  /** Beyond the frontier, by offset, in its order. */
  readonly #ahead = new Fifo<Entry<R, P, S>>();
  /** Sampled, behind the frontier, without production's response yet; in order of offset. */
  readonly #waiting = new Map<number, Entry<R, P, S>>();
  /** All of the two that have no production response, by exchange id. */
  readonly #wanting = new ById<Entry<R, P, S>>();
  /** Of all production responses that a request yet to be read may want. */
  readonly #places = new Places();
  /** Those of them that are kept, too, by offset, in its order. */
  readonly #untaken = new Map<number, Untaken<P>>();
  #heldBytes = 0;
  #requestsRead = -1;
  #requestsTimeMs = 0;
  #productionTimeMs = 0;
  /** From a request to its deadline. */
  #shortestWaitMs = Infinity;
  #frontierTimeMs: number;
  #pendingFrontier: JoinFrontier<S> | null = null;
  #joined: JoinedEntry<R, P, S>[] = [];

  constructor(options: JoinOptions<P>) {
    this.#options = options;
    this.#frontierTimeMs = options.startMs;
  }

  /** What requests that are not joined yet, and production responses kept for them, take in memory. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Requests and shadow responses may be read on: half of the room is production's responses' to them. */
  get hasRoom(): boolean {
    return this.#heldBytes < this.#options.maxHeldBytes / 2;
  }

  /** Requests may be read on though nothing waits for them. */
  get mayReadAhead(): boolean {
    return this.hasRoom && this.#ahead.size < maxAhead;
  }

  /** Nothing goes on before the requests are read further: a shadow response is ahead of them. */
  get needsRequests(): boolean {
    return this.#pendingFrontier !== null;
  }

  /** Nothing goes on before production's responses are read further. */
  get needsProduction(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether a production response of this log time may be taken and need not be kept: no request to come can want it. */
  isPastRequests(productionTimeMs: number): boolean {
    return productionTimeMs + clockToleranceMs < this.#requestsTimeMs;
  }

  get requestsTimeMs(): number {
    return this.#requestsTimeMs;
  }

  /** Log time of production's partition at which the oldest entry gives up waiting; null if none waits. */
  get oldestDeadlineMs(): number | null {
    const oldest = first(this.#waiting.values());
    return oldest === null ? null : oldest.request.deadlineMs;
  }

  /** Every request before this log time is joined, or known not to be sampled; ms since the epoch. */
  get completeUpToMs(): number {
    const oldest = first(this.#waiting.values());
    return Math.min(this.#frontierTimeMs, oldest?.request.timeMs ?? Infinity);
  }

  /** A record of the requests that this lane has nothing to do with: a tick, or another experiment's. */
  passRequest(offset: number, timeMs: number): void {
    this.#requestsRead = offset;
    this.#requestsTimeMs = timeMs;
    this.#forgetPast();
    this.#advance();
  }

  addRequest(request: JoinRequest<R, P>): void {
    this.#shortestWaitMs = Math.min(this.#shortestWaitMs, request.deadlineMs - request.timeMs);
    if (request.timeMs >= this.#options.startMs && !this.#isPassedOver(request.offset)) {
      const { sizeBytes } = request;
      const entry: Entry<R, P, S> = { request, production: request.production, shadow: undefined, sizeBytes };
      this.#heldBytes += sizeBytes;
      this.#ahead.push(entry);
      if (request.exchangeId !== null && entry.production === null) {
        const { exchangeId, deadlineMs } = request;
        const place = this.#places.find(exchangeId, request.timeMs - clockToleranceMs, deadlineMs);
        if (place === null) this.#wanting.add(exchangeId, entry);
        else this.#giveFrom(place, entry);
      }
    }
    this.passRequest(request.offset, request.timeMs);
  }

  /** The time of production's partition moves on: a tick, or a record that can't be read. */
  passProduction(timeMs: number): void {
    this.#productionTimeMs = timeMs;
    for (const entry of this.#waiting.values()) {
      // Deadlines need not be in the order of the requests: a revision may have shortened them.
      if (timeMs <= entry.request.timeMs + this.#shortestWaitMs) break;
      if (this.#isLate(entry.request)) this.#finish(entry);
    }
  }

  addProduction(response: JoinProduction<P>): void {
    const { timeMs, exchangeId } = response;
    this.passProduction(timeMs);
    let isWanted = false;
    for (const entry of this.#wanting.of(exchangeId)) {
      if (!this.#isInRange(entry.request, timeMs)) continue;
      isWanted = true;
      this.#stopWanting(entry);
      this.#give(response, entry);
      if (entry.shadow !== undefined) this.#finish(entry);
    }
    if (this.isPastRequests(timeMs)) return;
    this.#places.add(exchangeId, response.offset, timeMs);
    // Another request with the id of one that took it is not likely to come.
    if (!isWanted && this.#fits(response.sizeBytes)) this.#keep(response);
  }

  /** To be called only while {@link needsRequests} is false. */
  addFrontier(frontier: JoinFrontier<S>): void {
    if (frontier.requestTimeMs < this.#options.startMs) return;
    this.#pendingFrontier = frontier;
    this.#advance();
  }

  /** Takes the entries joined since the last call. */
  takeJoined(): readonly JoinedEntry<R, P, S>[] {
    if (this.#joined.length === 0) return none;
    const joined = this.#joined;
    this.#joined = [];
    return joined;
  }

  /** Moves the frontier as soon as the requests up to it were read. */
  #advance(): void {
    const frontier = this.#pendingFrontier;
    if (frontier === null || frontier.requestOffset > this.#requestsRead) return;
    this.#pendingFrontier = null;
    this.#frontierTimeMs = frontier.requestTimeMs;
    for (let entry = this.#ahead.peek(); entry !== null; entry = this.#ahead.peek()) {
      const { offset } = entry.request;
      if (offset > frontier.requestOffset) break;
      this.#ahead.shift();
      if (offset < frontier.requestOffset || frontier.shadow === null) this.#drop(entry);
      else this.#sampled(entry, frontier.shadow);
    }
  }

  /** A shadow response further on is known already, so this request was not sampled. */
  #isPassedOver(offset: number): boolean {
    return this.#pendingFrontier !== null && offset < this.#pendingFrontier.requestOffset;
  }

  #sampled(entry: Entry<R, P, S>, shadow: S): void {
    const { request, production } = entry;
    entry.shadow = shadow;
    if (production !== null || request.exchangeId === null || this.#isLate(request)) this.#finish(entry);
    else this.#waiting.set(request.offset, entry);
  }

  #finish(entry: Entry<R, P, S>): void {
    const { request, production, shadow } = entry;
    if (shadow === undefined) return;
    this.#drop(entry);
    this.#waiting.delete(request.offset);
    this.#joined.push({ request, production, shadow });
  }

  #stopWanting(entry: Entry<R, P, S>): void {
    if (entry.request.exchangeId !== null) this.#wanting.remove(entry.request.exchangeId, entry);
  }

  #drop(entry: Entry<R, P, S>): void {
    this.#stopWanting(entry);
    this.#heldBytes -= entry.sizeBytes;
  }

  /** The payload goes over to the entry, if it is still here. */
  #giveFrom(place: number, entry: Entry<R, P, S>): void {
    const untaken = this.#untaken.get(place);
    entry.production = untaken === undefined ? this.#options.leftInLog(place) : untaken.payload;
    entry.sizeBytes += untaken?.sizeBytes ?? 0;
    this.#untaken.delete(place);
  }

  /** An entry whose shadow response is known is judged at once: it takes no room. */
  #give({ offset, payload, sizeBytes }: JoinProduction<P>, entry: Entry<R, P, S>): void {
    const isKept = entry.shadow !== undefined || this.#fits(sizeBytes);
    entry.production = isKept ? payload : this.#options.leftInLog(offset);
    if (!isKept) return;
    entry.sizeBytes += sizeBytes;
    this.#heldBytes += sizeBytes;
  }

  #keep({ offset, timeMs, payload, sizeBytes }: JoinProduction<P>): void {
    this.#untaken.set(offset, { timeMs, payload, sizeBytes });
    this.#heldBytes += sizeBytes;
  }

  #fits(sizeBytes: number): boolean {
    return this.#heldBytes + sizeBytes <= this.#options.maxHeldBytes;
  }

  #isLate(request: JoinRequest<R, P>): boolean {
    return this.#productionTimeMs > request.deadlineMs;
  }

  #isInRange(request: JoinRequest<R, P>, responseTimeMs: number): boolean {
    return responseTimeMs >= request.timeMs - clockToleranceMs && responseTimeMs <= request.deadlineMs;
  }

  /** No request still to come can want these: they are too old for it. */
  #forgetPast(): void {
    this.#places.forgetBefore(this.#requestsTimeMs - clockToleranceMs);
    if (this.#untaken.size === 0) return;
    for (const [offset, { timeMs, sizeBytes }] of this.#untaken) {
      if (!this.isPastRequests(timeMs)) break;
      this.#untaken.delete(offset);
      this.#heldBytes -= sizeBytes;
    }
  }
}

function first<T>(values: Iterator<T>): T | null {
  const next = values.next();
  return next.done === true ? null : next.value;
}
