/**
 * A process to be killed: `node fill-store.ts PATH SEED ORDER` stores the recorded log of SEED on from where the store at PATH is,
 * partitions in an order that ORDER draws, and writes a line for each transaction.
 */
import { createLogger, createMetrics } from '@understudy/telemetry';
import { openStore } from '../src/store/open-store.ts';
import { createStoreMetrics } from '../src/store/store-metrics.ts';
import { StoreWriter } from '../src/store/store-writer.ts';
import { feedLog } from './recorded-log.ts';

const [path = '', seed = '1', order = '1'] = process.argv.slice(2);
const logger = createLogger({ service: 'console', level: 'silent' });
const store = await openStore({ path, memoryBytes: 64 * 2 ** 20, logger });
const writer = await StoreWriter.open(store, {
  metrics: createStoreMetrics(createMetrics({ service: 'console' })),
  onOver: (error) => {
    throw error;
  },
});
writer.listen(() => process.stdout.write('committed\n'));
await feedLog(writer, { seed: Number(seed), order: Number(order) });
await writer.close();
store.close();
