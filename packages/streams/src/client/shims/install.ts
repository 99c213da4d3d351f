/**
 * Puts the guards into kafkajs, once, before it is loaded. kafkajs has no `exports` map, so its modules can
 * be loaded one by one: a prototype is changed in place; a module whose export others keep is replaced in
 * the cache before they load. Imported by `../kafkajs.ts` only.
 */
import { createRequire } from 'node:module';
import { guardEndedClients, guardTakenAnswers, guardTimedOutConnections } from './connections.ts';
import { observedConsumerGroup } from './consumer-group.ts';
import { fetchedBatch } from './fetched-batch.ts';
import { decodeRecordBatches, type RecordBatchDecoders } from './record-batches.ts';
import { ownCluster } from './own-cluster.ts';
import { guardRequestQueueTimer } from './request-queue-timer.ts';

const require = createRequire(import.meta.url);

if (require.cache[require.resolve('kafkajs')]?.loaded) {
  throw new Error(
    'kafkajs was loaded before its guards: use @understudy/streams instead, or load that first',
  );
}

replaceExport('kafkajs/src/cluster/index.js', ownCluster);
replaceExport('kafkajs/src/consumer/batch.js', fetchedBatch);
replaceExport('kafkajs/src/consumer/consumerGroup.js', observedConsumerGroup);
replaceExport(
  'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js',
  (decodeOldFormats: RecordBatchDecoders['decodeOldFormats']) =>
    decodeRecordBatches({
      Decoder: require('kafkajs/src/protocol/decoder.js'),
      decodeOldFormats,
    }),
);
guardRequestQueueTimer(require('kafkajs/src/network/requestQueue/index.js').prototype);
const connections = require('kafkajs/src/network/connection.js').prototype;
guardTimedOutConnections(connections);
guardEndedClients(connections);
guardTakenAnswers(connections);

/** kafkajs' modules export one function or class each; T is what our replacement takes it for. */
function replaceExport<T>(path: string, replacement: (original: T) => unknown): void {
  const original = require(path) as T;
  const loaded = require.cache[require.resolve(path)];
  if (loaded === undefined)
    throw new Error(`${path} is not a CommonJS module any more: the guards need to be fitted anew`);
  loaded.exports = replacement(original);
}
