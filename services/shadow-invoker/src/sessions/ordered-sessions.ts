import type { IncomingRecord, ReadyLane } from '@understudy/streams';
import type { LaneMetrics } from '../invoker-metrics.ts';
import type { Outcome } from '../outcome.ts';
import type { BrokenSessions } from './broken-sessions.ts';
import { sessionOf, sessionOfKey } from './session-id.ts';
import { type LineLimits, SessionLine, type Turn } from './session-line.ts';

export interface OrderedSessionsOptions extends LineLimits {
  readonly lane: Pick<ReadyLane, 'experiment'>;
  /** What the shadow responses say so far. */
  readonly broken: BrokenSessions;
  /** The end of the shadow responses. */
  readonly end: number;
  readonly metrics: Pick<LaneMetrics, 'sessionBroken' | 'brokenSessions'>;
}

/**
 * The sessions of one partition whose requests are called in their order. A shadow that keeps something of each session
 * answers from what it was asked before: so a session of which a request was not answered is broken, and its rest is not
 * called, until it has been silent for the idle time.
 *
 * What is known here of a session that has requests under way is ahead of the log; of all others it is what the log says.
 */
export class OrderedSessions {
  readonly #options: OrderedSessionsOptions;
  readonly #lines = new Map<string, SessionLine>();
  /** What is written next stands here or behind. */
  #end: number;
  #reported = 0;

  constructor(options: OrderedSessionsOptions) {
    this.#options = options;
    this.#end = options.end;
    this.#report();
  }

  /** Where to read on from after a restart; null: nowhere, no session is broken. */
  get from(): number | null {
    return this.#options.broken.from;
  }

  /** Whether the next record has to wait until its session has called another. @param timeMs log time at it */
  holdsBack({ key }: IncomingRecord, timeMs: number): boolean {
    if (key === null || this.#lines.size === 0) return false;
    return this.#lines.get(sessionOfKey(key))?.holdsBack(timeMs) ?? false;
  }

  /** Has a request called when all before it in its session are done, unless the session is broken by then. */
  inTurn(session: string, turn: Turn): Promise<Outcome> {
    const known = this.#lines.get(session);
    const line = known ?? this.#begin(session, turn.timeMs);
    return line.join(turn);
  }

  /** To be told of every first response, in their order, before it is committed. */
  handedOut({ origin, response }: Outcome, timeMs: number): void {
    if (response === null) return;
    const { lane, broken, metrics } = this.#options;
    const session = sessionOf(lane, origin.key, response.exchangeId);
    if (session === null) return;
    const how = broken.said({ session, timeMs, status: response.status, offset: this.#end });
    if (how !== null) metrics.sessionBroken(how);
    const line = this.#lines.get(session);
    line?.handedOut();
    if (line?.isEmpty === true) this.#lines.delete(session);
  }

  /** The log's time has come so far. */
  passed(timeMs: number): void {
    this.#options.broken.forget(timeMs);
    this.#report();
  }

  /** What was handed out is in the log, at this offset and behind. */
  committed(offset: number): void {
    this.#end = offset;
  }

  close(): void {
    this.#options.metrics.brokenSessions(-this.#reported);
  }

  #begin(session: string, timeMs: number): SessionLine {
    const line = new SessionLine(this.#options, timeMs, this.#options.broken.at(session, timeMs));
    this.#lines.set(session, line);
    return line;
  }

  #report(): void {
    const { broken, metrics } = this.#options;
    metrics.brokenSessions(broken.size - this.#reported);
    this.#reported = broken.size;
  }
}
