import type { Logger } from '@understudy/telemetry';
import type { Arrival } from './arrival.ts';
import type { ExperimentCapture } from './capture.ts';
import { Exchange, neededBytes } from './exchange.ts';
import { type LossReason, lossReasonOf } from './losses.ts';
import type { Obstacle, OutletOpening } from './outlet.ts';
import type { RecordingMetrics } from './recording-metrics.ts';
import { Room, type RoomLimits } from './room.ts';

/** Where the exchanges went that were recorded or were to be. `published`: both records are acknowledged. */
export interface LossReport {
  readonly published: number;
  /** By reason; reasons that never occurred are left out. */
  readonly lost: Readonly<Partial<Record<LossReason, number>>>;
  /** Under way, or waiting for Kafka. */
  readonly pending: number;
}

export interface PublisherOptions {
  readonly opening: OutletOpening;
  readonly limits: RoomLimits;
  readonly metrics: RecordingMetrics;
  readonly logger: Logger;
}

/** What the log says of it. */
interface LostExchange {
  /** Null: it didn't come so far as to have one. */
  readonly exchangeId: string | null;
  readonly err?: unknown;
}

const logLossesEveryMs = 10_000;

/**
 * Takes exchanges to the log: the request as it comes, the response when it has ended and the request is
 * acknowledged. Nothing here is waited for by a caller: `begin` answers at once, everything else happens later.
 *
 * Room for both records is taken first, so a full queue loses whole exchanges, and each is counted once: every
 * exchange offered is published, lost for one reason, or pending. A response's body for which there is no more room
 * is recorded cut.
 */
export class Publisher {
  readonly #options: PublisherOptions;
  readonly #room: Room;
  readonly #lost = new Map<LossReason, number>();
  readonly #whenIdle = new Set<() => void>();
  #published = 0;
  #isClosed = false;
  #pending = 0;
  #lossLoggedMs = -Infinity;

  constructor(options: PublisherOptions) {
    this.#options = options;
    this.#room = new Room(options.limits);
  }

  get queue(): { readonly records: number; readonly bytes: number } {
    return { records: this.#room.records, bytes: this.#room.bytes };
  }

  /** Null: there is no room, or it is closed, and the exchange is counted as lost. */
  begin(capture: ExperimentCapture, arrival: Arrival): Exchange | null {
    if (this.#isClosed) {
      this.#lose('shutdown', { exchangeId: arrival.exchangeId });
      return null;
    }
    const share = this.#room.take(2, neededBytes(arrival));
    if (share === null) {
      this.#lose(this.obstacle()?.reason ?? 'queue-full', { exchangeId: arrival.exchangeId });
      return null;
    }
    const exchange = new Exchange(capture, arrival, share);
    this.#pending += 1;
    setImmediate(() => void this.#publish(exchange, arrival.exchangeId)); // After the request is on its way to production.
    return exchange;
  }

  /** Counts an exchange that can't even begin, by what is wrong with it. */
  refuse(error: unknown): void {
    this.#lose(lossReasonOf(error), { exchangeId: null, err: error });
  }

  obstacle(): Obstacle | null {
    return this.#options.opening.obstacle();
  }

  report(): LossReport {
    return { published: this.#published, lost: Object.fromEntries(this.#lost), pending: this.#pending };
  }

  /** Waits at most `graceMs` for what is pending, if Kafka can be reached; the rest is lost, and counted. */
  async close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    const { opening, logger } = this.#options;
    if (this.obstacle() === null) await this.#idle(graceMs);
    await opening.close({ graceMs: 0 });
    await new Promise((resolve) => setImmediate(resolve));
    if (this.#pending > 0) this.#count('shutdown', this.#pending);
    this.#pending = 0;
    this.#isClosed = true;
    logger.info({ ...this.report() }, 'exchanges');
  }

  async #publish(exchange: Exchange, exchangeId: string): Promise<void> {
    try {
      await exchange.publish(await this.#options.opening.outlet);
      this.#settle(null);
    } catch (error) {
      this.#settle({ err: error, exchangeId });
    } finally {
      exchange.release();
    }
  }

  #settle(failure: LostExchange | null): void {
    if (this.#isClosed) return; // Counted by close.
    this.#pending -= 1;
    if (failure === null) {
      this.#published += 1;
      this.#options.metrics.published.inc();
    } else {
      this.#lose(lossReasonOf(failure.err), failure);
    }
    if (this.#pending === 0) for (const notify of this.#whenIdle) notify();
  }

  /** One line in a while, about one of them: under load they are thousands. */
  #lose(reason: LossReason, exchange: LostExchange): void {
    this.#count(reason, 1);
    const nowMs = performance.now();
    if (nowMs - this.#lossLoggedMs < logLossesEveryMs) return;
    this.#lossLoggedMs = nowMs;
    this.#options.logger.error({ reason, ...exchange, ...this.report() }, 'exchanges are lost');
  }

  #count(reason: LossReason, exchanges: number): void {
    this.#lost.set(reason, (this.#lost.get(reason) ?? 0) + exchanges);
    this.#options.metrics.lost.inc({ reason }, exchanges);
  }

  async #idle(graceMs: number): Promise<void> {
    if (this.#pending === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, graceMs);
    this.#whenIdle.add(resolve);
    await promise;
    clearTimeout(timer);
    this.#whenIdle.delete(resolve);
  }
}
