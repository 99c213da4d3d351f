import type { KafkaConnection } from './connection.ts';
import type { IncomingRecord } from './records.ts';

export interface ReadLogOptions {
  readonly topic: string;
  /** Default: all. */
  readonly partitions?: readonly number[];
  /** First offset by partition. Default: the start of the log. */
  readonly from?: ReadonlyMap<number, number>;
  /** Offset to stop before, by partition. Default: the end of the log at the time of the call. */
  readonly until?: ReadonlyMap<number, number>;
}

export async function* readLog(
  connection: KafkaConnection,
  options: ReadLogOptions,
): AsyncIterable<IncomingRecord> {
  void connection;
  void options;
}
