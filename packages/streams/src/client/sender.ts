import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import type { OutgoingRecord } from './records.ts';

export interface PartitionSenderOptions {
  readonly maxQueuedRecords: number;
  readonly maxQueuedBytes: number;
  /** Default 500. */
  readonly maxBatchRecords?: number;
  /** Default 900,000. */
  readonly maxBatchBytes?: number;
  /** Default: none; a record waits, and is resent, for as long as it takes. */
  readonly deliveryTimeoutMs?: number;
  readonly onState?: (state: SenderState) => void;
}

/** `failing`: since `sinceMs` (epoch) the batch in front of some topic-partition was tried and not acknowledged. */
export type SenderState =
  | { readonly state: 'delivering' }
  | { readonly state: 'failing'; readonly sinceMs: number; readonly error: StreamsError };

/** Room in the queue, held for records to come. */
export interface Reservation {
  /** Gives back what no send has used. Calling it again does nothing. */
  release(): void;
}

export class PartitionSender {
  constructor(connection: KafkaConnection, options: PartitionSenderOptions) {
    void connection;
    void options;
  }

  get queuedRecords(): number {
    return 0;
  }

  get queuedBytes(): number {
    return 0;
  }

  /** Records resent through another producer while it was unknown whether the first had written them. */
  get duplicatesPossible(): number {
    return 0;
  }

  reserve(room: { records: number; bytes: number }): Reservation | null {
    void room;
    return null;
  }

  /** Resolves with the record's offset. */
  send(record: OutgoingRecord, reservation?: Reservation): Promise<number> {
    void record;
    void reservation;
    return Promise.reject(new StreamsError('unknown', 'being written'));
  }

  /** True: everything sent before is acknowledged or refused. False: the time was up. */
  flush(timeoutMs: number): Promise<boolean> {
    void timeoutMs;
    return Promise.resolve(true);
  }

  close(options: { graceMs: number }): Promise<void> {
    void options;
    return Promise.resolve();
  }
}
