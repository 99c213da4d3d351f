import type { KafkaAdmin } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { StoreWriter } from './store-writer.ts';

/** What the store holds of one topic. */
export type TopicRows =
  | { readonly table: 'pairs'; readonly lane: string }
  | { readonly table: 'labels' }
  | { readonly table: 'reviews' };

export interface StartPositionsOptions {
  readonly writer: StoreWriter;
  readonly admin: Pick<KafkaAdmin, 'bounds'>;
  readonly topic: string;
  readonly rows: TopicRows;
  readonly logger: Logger;
}

/**
 * From where a topic is read on: where the store is, or the start of the log where that is later, for what was deleted is
 * gone. By partition. A topic that ends before what was read of it is another one of its name: its rows go, and it is read
 * from its start.
 */
export async function startPositions(options: StartPositionsOptions): Promise<ReadonlyMap<number, number>> {
  const { writer, admin, topic, rows, logger } = options;
  const positions = writer.positions(topic);
  if (positions.size === 0) return positions;
  const bounds = await admin.bounds(topic);
  const isAnother = [...positions].some(([partition, next]) => next > (bounds[partition]?.end ?? 0));
  if (isAnother) {
    logger.warn({ topic }, 'the topic was made anew: the store forgets what the former one held');
    await writer.forget(topic, async (connection) => {
      if (rows.table !== 'pairs') await connection.run(`DELETE FROM ${rows.table}`);
      else
        for (const table of ['pairs', 'judgements'])
          await connection.run(`DELETE FROM ${table} WHERE lane = $lane`, { lane: rows.lane });
    });
    return new Map();
  }
  return new Map(
    [...positions].map(([partition, next]) => [partition, Math.max(next, bounds[partition]?.start ?? 0)]),
  );
}
