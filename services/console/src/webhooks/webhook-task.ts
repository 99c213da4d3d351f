import { setTimeout as delay } from 'node:timers/promises';
import type { WebhookConfig } from '@understudy/config';
import {
  type Appetite,
  type IncomingRecord,
  type RecordCodecs,
  StreamsError,
  type StreamTask,
  type TaskOutput,
  type WantedTick,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import { callWebhook, webhookBody } from './call-webhook.ts';
import type { WebhookMetrics } from './webhook-metrics.ts';

export interface WebhookTaskOptions {
  readonly webhook: WebhookConfig;
  /** A partition of the alerts topic. */
  readonly input: { readonly topic: string; readonly partition: number };
  /** The next offset to be sent. */
  readonly start: number;
  /** Nothing is committed yet: `start` has to be, or a restart before the first alert would forget it. */
  readonly isNew: boolean;
  readonly codecs: RecordCodecs;
  readonly metrics: WebhookMetrics;
  readonly logger: Logger;
  readonly wake: () => void;
  /** Between two tries of one alert, doubling; default 1 s to 60 s. */
  readonly pause?: { readonly firstMs: number; readonly longestMs: number };
}

/** What an alert's sending ends with. */
type Settled = 'delivered' | 'refused' | 'given-up';

interface Waiting {
  readonly offset: number;
  readonly appendedMs: number;
  /** Null: it can't be read, and is only to be passed. */
  readonly body: string | null;
}

const maxWaiting = 200;
const giveUpAfterMs = 24 * 3_600_000;
/** Calls that the receiver may refuse, half a minute in all: it may be about to be set right, but others wait. */
const maxRefusals = 6;

/**
 * Sends one partition's alerts to one receiver, one after the other, each until it is delivered: alerts of a lane are
 * in one partition, so they arrive in their order. The position is committed behind what was delivered; after a kill
 * the last alert may be sent again. An alert that the receiver keeps refusing, or that could not be delivered within a
 * day, is given up.
 */
export class WebhookTask implements StreamTask {
  readonly #options: WebhookTaskOptions;
  readonly #logger: Logger;
  readonly #waiting: Waiting[] = [];
  readonly #closed = new AbortController();
  #isSending = false;
  #done: number;
  #committed: number | null;

  constructor(options: WebhookTaskOptions) {
    this.#options = options;
    this.#logger = options.logger.child({ webhook: options.webhook.name });
    this.#done = options.start;
    this.#committed = options.isNew ? null : options.start;
  }

  appetite(): Appetite {
    return this.#waiting.length < maxWaiting ? 'now' : 'later';
  }

  async accept(record: IncomingRecord): Promise<void> {
    const { offset, timestampMs: appendedMs } = record;
    const body = await this.#bodyOf(record);
    if (this.#closed.signal.aborted) return;
    this.#waiting.push({ offset, appendedMs, body });
    this.#count(1);
    if (!this.#isSending) void this.#sendAll();
  }

  output(): TaskOutput | null {
    if (this.#done === this.#committed) return null;
    this.#committed = this.#done;
    const { input } = this.#options;
    return { records: [], positions: [{ ...input, offset: this.#done, metadata: '' }] };
  }

  committed(): void {}

  wantedTicks(): readonly WantedTick[] {
    return [];
  }

  close(): void {
    this.#closed.abort();
    this.#count(-this.#waiting.length);
  }

  async #sendAll(): Promise<void> {
    this.#isSending = true;
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const outcome = next.body === null ? 'unreadable' : await this.#send(next.body, next);
      if (outcome === 'closed') return;
      this.#waiting.shift();
      this.#count(-1);
      this.#options.metrics.alerts.inc({ webhook: this.#options.webhook.name, outcome });
      this.#done = next.offset + 1;
      this.#options.wake();
    }
    this.#isSending = false;
  }

  async #send(body: string, { offset, appendedMs }: Waiting): Promise<Settled | 'closed'> {
    const { webhook, metrics, pause = { firstMs: 1_000, longestMs: 60_000 } } = this.#options;
    const { signal } = this.#closed;
    let refusals = 0;
    for (let pauseMs = pause.firstMs; ; pauseMs = Math.min(2 * pauseMs, pause.longestMs)) {
      const result = await callWebhook(webhook, body, signal);
      if (signal.aborted) return 'closed';
      if (result.outcome === 'delivered') return 'delivered';
      metrics.failures.inc({ webhook: webhook.name });
      const { outcome, reason } = result;
      if (outcome === 'refused') refusals += 1;
      if (refusals >= maxRefusals) {
        this.#logger.error({ offset, reason, refusals }, 'the receiver refuses an alert: it is given up');
        return 'refused';
      }
      if (Date.now() - appendedMs >= giveUpAfterMs) {
        this.#logger.error(
          { offset, reason },
          'an alert could not be delivered within a day and is given up',
        );
        return 'given-up';
      }
      this.#logger.warn({ offset, reason, pauseMs }, 'an alert could not be delivered; it is tried again');
      await delay(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return 'closed';
    }
  }

  /** A registry that is away is thrown: then the task waits. */
  async #bodyOf({ value, offset }: IncomingRecord): Promise<string | null> {
    if (value === null) return null;
    try {
      return webhookBody(await this.#options.codecs.decode('alert', value));
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
      this.#logger.warn({ err: error, offset }, 'passed over an alert that can not be read');
      return null;
    }
  }

  #count(by: number): void {
    this.#options.metrics.waiting.inc({ webhook: this.#options.webhook.name }, by);
  }
}
