import type { KafkaConnection } from './connection.ts';
import { StreamsError } from './errors.ts';
import type { OutgoingRecord } from './records.ts';

/** What becomes visible together, or not at all. */
export interface TransactionContent {
  readonly records: readonly OutgoingRecord[];
  readonly offsets?: { readonly groupId: string; readonly positions: readonly CommitPosition[] };
}

/** `offset` is the next one to read. */
export interface CommitPosition {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly metadata: string;
}

export class TransactionalProducer {
  static open(
    connection: KafkaConnection,
    options: { transactionalId: string; transactionTimeoutMs?: number },
  ): Promise<TransactionalProducer> {
    void connection;
    void options;
    return Promise.reject(new StreamsError('unknown', 'being written'));
  }

  /** Key of the result: `topic/partition`; value: the offset of the first record sent there. */
  commit(transaction: TransactionContent): Promise<ReadonlyMap<string, number>> {
    void transaction;
    return Promise.reject(new StreamsError('unknown', 'being written'));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
