import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Comparison } from '@understudy/schemas-avro';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { openStore } from '../src/store/open-store.ts';
import { createStoreMetrics } from '../src/store/store-metrics.ts';
import { pairsOf, type StoreRows } from '../src/store/store-records.ts';
import { StoreWriter } from '../src/store/store-writer.ts';

/** A store in memory, to be filled with what a test is about. */
export interface TestStore {
  readonly writer: StoreWriter;
  /** For questions. */
  readonly connection: DuckDBConnection;
  /** Stores a record's rows after what is there. */
  readonly add: (rows: StoreRows, topic?: string) => Promise<void>;
  readonly addComparison: (comparison: Comparison, judgement?: number) => Promise<void>;
}

/** It is closed after the test. */
export async function openTestStore(t: TestContext): Promise<TestStore> {
  const logger = createLogger({ service: 'console', level: 'silent' });
  const store = await openStore({ path: 'memory', memoryBytes: 64 * 2 ** 20, logger });
  const metrics = createStoreMetrics(createMetrics({ service: 'console' }));
  const writer = await StoreWriter.open(store, { metrics, onOver: (error) => assert.fail(error) });
  const connection = await store.connect();
  t.after(async () => {
    await writer.close();
    connection.closeSync();
    store.close();
  });
  let offset = 0;
  const add: TestStore['add'] = async (rows, topic = 'log') => {
    await writer.add({ topic, partition: 0, offset, rows });
    offset += 1;
    await writer.settled();
  };
  return {
    writer,
    connection,
    add,
    addComparison: (comparison, judgement = 0) => {
      const { lane, windowStart } = comparison;
      return add({ kind: 'pairs', window: { lane, windowStart, judgement }, pairs: pairsOf(comparison) });
    },
  };
}
