import type { RecordName, Records } from '@understudy/schemas-avro';
import {
  decodeWaiting,
  followLog,
  type IncomingRecord,
  type KafkaConnection,
  type RecordRegistry,
  StreamsError,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { ReadingMetrics } from './reading-metrics.ts';

export interface FollowRecordsOptions<K extends RecordName> {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  readonly topic: string;
  /** What the topic's values are. */
  readonly name: K;
  /** Awaited: who takes slowly is waited for. */
  readonly onRecord: (value: Records[K], record: IncomingRecord) => void | Promise<void>;
  /** First offset, by partition; asked once. Default: the start of the log. */
  readonly from?: () => Promise<ReadonlyMap<number, number>>;
  /** Called once, when what the topic held at the call has been taken. */
  readonly onCaughtUp: () => void;
  /** Ends the reading. */
  readonly signal: AbortSignal;
  readonly metrics: ReadingMetrics;
  readonly logger: Logger;
}

/**
 * Reads the records of a topic from its start or `from`, and then what is written, until `signal` is aborted. What can't be
 * read is counted and passed over; records without a value are passed over.
 *
 * @throws StreamsError as `followLog` does
 */
export async function followRecords<K extends RecordName>(options: FollowRecordsOptions<K>): Promise<void> {
  const { connection, registry, topic, name, onRecord, onCaughtUp, signal, metrics, logger } = options;
  const from = (await options.from?.()) ?? new Map<number, number>();
  for await (const record of followLog(connection, { topic, from, signal, onCaughtUp })) {
    try {
      const value =
        record.value === null
          ? null
          : await decodeWaiting(registry, { name, value: record.value, signal, logger });
      if (value !== null) await onRecord(value, record);
      metrics.read.inc({ record: name });
    } catch (error) {
      if (!(error instanceof StreamsError) || error.code !== 'unreadable') throw error;
      metrics.unreadable.inc({ record: name });
      const { partition, offset } = record;
      logger.warn({ err: error, topic, partition, offset }, 'passed over a record that can not be read');
    }
  }
}
