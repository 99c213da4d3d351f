import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import { type OutgoingRecord, recordBytes } from './records.ts';
import { SenderLane } from './sender-lane.ts';
import { SenderProducers } from './sender-producers.ts';

export interface PartitionSenderOptions {
  readonly maxQueuedRecords: number;
  readonly maxQueuedBytes: number;
  /** Default 500. */
  readonly maxBatchRecords?: number;
  /** Default 900,000. */
  readonly maxBatchBytes?: number;
  /** Default: none; a record waits, and is sent again, for as long as it takes. */
  readonly deliveryTimeoutMs?: number;
  readonly onState?: (state: SenderState) => void;
}

/** `failing`: since `sinceMs` (epoch) records of some topic-partition are being sent again and again. */
export type SenderState =
  | { readonly state: 'delivering' }
  | { readonly state: 'failing'; readonly sinceMs: number; readonly error: StreamsError };

/** Room in the queue, held for records to come. Use it up by sends, or release it. */
export interface Reservation {
  /** Gives back what no send has used. Calling it again does nothing. */
  release(): void;
}

interface Room {
  records: number;
  bytes: number;
}

/**
 * Publishes records without transactions, from a bounded queue: in the order of `send` per topic-partition,
 * each acknowledged by all in-sync replicas, and each once, unless the broker forgets the producer's
 * sequence (`duplicatesPossible` counts the records this may have doubled).
 *
 * Life: new -> send, send, … -> close. Connects with the first record.
 */
export class PartitionSender {
  readonly #options: PartitionSenderOptions;
  readonly #producers: SenderProducers;
  readonly #closing = new AbortController();
  readonly #lanes = new Map<string, SenderLane>();
  readonly #failing = new Set<SenderLane>();
  readonly #whenEmpty = new Set<() => void>();
  readonly #queued: Room = { records: 0, bytes: 0 };
  readonly #reserved: Room = { records: 0, bytes: 0 };
  #duplicatesPossible = 0;
  #isClosed = false;

  constructor(connection: KafkaConnection, options: PartitionSenderOptions) {
    this.#options = options;
    this.#producers = new SenderProducers(connection);
  }

  /** Sent and not yet settled; without reservations. */
  get queuedRecords(): number {
    return this.#queued.records;
  }

  get queuedBytes(): number {
    return this.#queued.bytes;
  }

  /** Records sent through another producer after the first may have written them, since the start. */
  get duplicatesPossible(): number {
    return this.#duplicatesPossible;
  }

  /** Null: the queue has no such room. `bytes` as `recordBytes` counts them. */
  reserve(room: { readonly records: number; readonly bytes: number }): Reservation | null {
    if (this.#isClosed || !this.#fits(room)) return null;
    add(this.#reserved, room);
    return new HeldRoom(room, this.#reserved);
  }

  /**
   * Queues a record. Where the reservation is too small, the rest is taken from the queue's free room.
   *
   * @returns the record's offset, once it is acknowledged.
   * @throws {StreamsError} 'queue-full' (at once), 'closed', 'record-refused', 'delivery-timeout'.
   */
  send(record: OutgoingRecord, reservation?: Reservation): Promise<number> {
    const needed: Room = { records: 1, bytes: recordBytes(record) };
    const held = reservation instanceof HeldRoom ? reservation.peek(needed) : { records: 0, bytes: 0 };
    if (this.#isClosed) return Promise.reject(new StreamsError('closed', 'The sender is closed'));
    if (!this.#fits({ records: needed.records - held.records, bytes: needed.bytes - held.bytes })) {
      return Promise.reject(
        new StreamsError('queue-full', `The sender's queue is full (${this.#queued.records} records)`),
      );
    }
    if (reservation instanceof HeldRoom) reservation.take(held);
    add(this.#queued, needed);

    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#laneOf(record).add({
      record,
      bytes: needed.bytes,
      queuedAtMs: performance.now(),
      settle: (outcome) => {
        subtract(this.#queued, needed);
        if (typeof outcome === 'number') resolve(outcome);
        else reject(outcome);
        if (this.#queued.records === 0) for (const notify of this.#whenEmpty) notify();
      },
    });
    return promise;
  }

  /** True: the queue is empty. False: it wasn't within `timeoutMs`. */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.#queued.records === 0) return true;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), timeoutMs);
    const notify = (): void => resolve(true);
    this.#whenEmpty.add(notify);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#whenEmpty.delete(notify);
    }
  }

  /**
   * Takes no more records, waits at most `graceMs` for the queue to empty, and rejects what is left with
   * 'closed'.
   */
  async close(options: { readonly graceMs: number }): Promise<void> {
    this.#isClosed = true;
    await this.flush(options.graceMs);
    this.#closing.abort();
    await this.#producers.close();
  }

  #laneOf({ topic, partition }: OutgoingRecord): SenderLane {
    const name = `${topic}/${partition}`;
    const existing = this.#lanes.get(name);
    if (existing) return existing;
    const { maxBatchRecords = 500, maxBatchBytes = 900_000, deliveryTimeoutMs = Infinity } = this.#options;
    const lane = new SenderLane({
      producers: this.#producers,
      limits: { maxRecords: maxBatchRecords, maxBytes: maxBatchBytes },
      deliveryTimeoutMs,
      closing: this.#closing.signal,
      onFailing: (failing, error) => this.#noteFailing(failing, error),
      onSettled: (settled) => this.#noteSettled(settled),
      onDuplicatesPossible: (records) => {
        this.#duplicatesPossible += records;
      },
    });
    this.#lanes.set(name, lane);
    return lane;
  }

  #noteFailing(lane: SenderLane, error: StreamsError): void {
    const isFirst = this.#failing.size === 0;
    this.#failing.add(lane);
    if (isFirst) this.#options.onState?.({ state: 'failing', sinceMs: Date.now(), error });
  }

  #noteSettled(lane: SenderLane): void {
    if (this.#failing.delete(lane) && this.#failing.size === 0)
      this.#options.onState?.({ state: 'delivering' });
  }

  #fits(room: Readonly<Room>): boolean {
    const { maxQueuedRecords, maxQueuedBytes } = this.#options;
    return (
      this.#queued.records + this.#reserved.records + room.records <= maxQueuedRecords &&
      this.#queued.bytes + this.#reserved.bytes + room.bytes <= maxQueuedBytes
    );
  }
}

class HeldRoom implements Reservation {
  readonly #left: Room;
  readonly #total: Room;

  /** `total`: what all reservations hold together; this one is part of it. */
  constructor(room: Readonly<Room>, total: Room) {
    this.#left = { ...room };
    this.#total = total;
  }

  /** What of `needed` it still holds. */
  peek(needed: Readonly<Room>): Room {
    return {
      records: Math.min(this.#left.records, needed.records),
      bytes: Math.min(this.#left.bytes, needed.bytes),
    };
  }

  take(room: Readonly<Room>): void {
    subtract(this.#left, room);
    subtract(this.#total, room);
  }

  release(): void {
    this.take({ ...this.#left });
  }
}

function add(to: Room, room: Readonly<Room>): void {
  to.records += room.records;
  to.bytes += room.bytes;
}

function subtract(from: Room, room: Readonly<Room>): void {
  from.records -= room.records;
  from.bytes -= room.bytes;
}
