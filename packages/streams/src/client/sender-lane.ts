import { setTimeout as wait } from 'node:timers/promises';
import { protocolErrorType, StreamsError, toStreamsError } from './errors.ts';
import type { BatchLimits, OutgoingRecord } from './records.ts';
import { inTime, pauseMs } from './retry.ts';
import { sendBatch } from './send-batch.ts';
import type { ProducerLease, SenderProducers } from './sender-producers.ts';

/** A record in the queue, until it is `settle`d: with its offset, or with the error that ended it. */
export interface QueuedRecord {
  readonly record: OutgoingRecord;
  readonly bytes: number;
  readonly queuedAtMs: number;
  settle(outcome: number | StreamsError): void;
}

export interface LaneOptions {
  readonly producers: SenderProducers;
  readonly limits: BatchLimits;
  /** Infinity: none. */
  readonly deliveryTimeoutMs: number;
  readonly closing: AbortSignal;
  /** The batch in front was tried and failed; it will be tried again. */
  onFailing(lane: SenderLane, error: StreamsError): void;
  /** The batch in front is acknowledged, refused, or given up. */
  onSettled(lane: SenderLane): void;
  /** So many records are sent through another producer than before. */
  onDuplicatesPossible(records: number): void;
}

/**
 * The producer's sequence for the partition is lost, so nothing sent through it can be told from a
 * duplicate any more.
 */
const spoilsProducer = new Set([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'DUPLICATE_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_ID_MAPPING',
  'INVALID_PRODUCER_EPOCH',
  'PRODUCER_FENCED',
]);

/**
 * The queue of one partition of one topic: one batch in flight, and the same batch again until it is
 * acknowledged. What is queued meanwhile goes with the next one.
 *
 * Why so strict: with two sends in flight, one lost answer makes kafkajs give the second the first one's
 * sequence numbers, and the broker drops it as a duplicate, acknowledged. The same happens to a different
 * batch after a failed one.
 */
export class SenderLane {
  readonly #options: LaneOptions;
  readonly #queue: QueuedRecord[] = [];
  #isDraining = false;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  add(queued: QueuedRecord): void {
    this.#queue.push(queued);
    if (this.#isDraining) return;
    this.#isDraining = true;
    // In a microtask, so that all that one caller sends in a row goes together.
    queueMicrotask(() => void this.#drain());
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch().filter((queued) => !this.#settleIfOver(queued));
      if (batch.length > 0) await this.#deliver(batch);
    }
    this.#isDraining = false;
  }

  #takeBatch(): QueuedRecord[] {
    const { maxRecords, maxBytes } = this.#options.limits;
    let records = 0;
    let bytes = 0;
    for (const queued of this.#queue) {
      if (records > 0 && (records >= maxRecords || bytes + queued.bytes > maxBytes)) break;
      records += 1;
      bytes += queued.bytes;
    }
    return this.#queue.splice(0, records);
  }

  #settleIfOver(queued: QueuedRecord): boolean {
    const isClosed = this.#options.closing.aborted;
    if (!isClosed && this.#timeLeftMs(queued) > 0) return false;
    const code = isClosed ? 'closed' : 'delivery-timeout';
    queued.settle(
      new StreamsError(code, `The sender could not deliver a record to ${at(queued)}: it was never sent`),
    );
    return true;
  }

  async #deliver(batch: readonly QueuedRecord[]): Promise<void> {
    const { producers, closing } = this.#options;
    let lease = producers.lease();
    try {
      for (let attempts = 1; ; attempts += 1) {
        const failure = await this.#attempt(lease, batch);
        if (failure === null) return;
        if (failure.code === 'record-refused') return await this.#narrowDown(batch, failure);
        if (failure.code === 'delivery-timeout' || failure.code === 'closed') {
          lease.retire(); // the batch may be in the log: no other may take its sequence numbers
          for (const queued of batch) queued.settle(failure);
          return;
        }
        this.#options.onFailing(this, failure);
        if (spoilsProducer.has(protocolErrorType(failure) ?? '')) {
          lease.retire();
          lease.release();
          lease = producers.lease();
          this.#options.onDuplicatesPossible(batch.length);
        }
        await wait(pauseMs(attempts), undefined, { signal: closing }).catch(() => {});
      }
    } finally {
      lease.release();
      this.#options.onSettled(this);
    }
  }

  /** Null: acknowledged, and the records are settled. */
  async #attempt(lease: ProducerLease, batch: readonly QueuedRecord[]): Promise<StreamsError | null> {
    const [oldest] = batch;
    if (oldest === undefined) return null;
    const doing = `deliver ${batch.length} records to ${at(oldest)}`;
    const { closing } = this.#options;
    if (closing.aborted) return new StreamsError('closed', `Kafka: could not ${doing}: closed before`);
    if (this.#timeLeftMs(oldest) <= 0) return outOfTime(doing);
    try {
      const records = batch.map(({ record }) => record);
      const sending = lease.producer().then((producer) => sendBatch(producer, records));
      const offset = await inTime(this.#timeLeftMs(oldest), doing, sending, closing);
      for (const [index, queued] of batch.entries()) queued.settle(offset + index);
      return null;
    } catch (error) {
      return this.#timeLeftMs(oldest) > 0 ? toStreamsError(error, doing) : outOfTime(doing, error);
    }
  }

  /** The broker refused the batch, and wrote nothing: only the record that is to blame should fail. */
  async #narrowDown(batch: readonly QueuedRecord[], failure: StreamsError): Promise<void> {
    const [only, ...others] = batch;
    if (others.length === 0) only?.settle(failure);
    else for (const queued of batch) await this.#deliver([queued]);
  }

  #timeLeftMs(queued: QueuedRecord): number {
    return queued.queuedAtMs + this.#options.deliveryTimeoutMs - performance.now();
  }
}

function at({ record }: QueuedRecord): string {
  return `${record.topic}/${record.partition}`;
}

function outOfTime(doing: string, cause?: unknown): StreamsError {
  const message = `Kafka: could not ${doing} in time; they may have been written`;
  return new StreamsError('delivery-timeout', message, { cause });
}
