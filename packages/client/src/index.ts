/**
 * Records what an existing service is asked and what it answers, so that shadows can be compared with it; the service
 * keeps its address, and nothing stands before it.
 *
 *     import { createProducer } from '@understudy/client';
 *     import { loadConfig } from '@understudy/config';
 *
 *     const config = loadConfig({ file: 'understudy.yaml', env: process.env });
 *     const producer = createProducer({ config, experiment: 'mortgage' });
 *     const exchange = producer.begin({ method: 'POST', path: '/predict', body: '{"income":52000}' });
 *     exchange.end({ status: 200, body: '{"decision":"approved"}' });
 *     await producer.close();
 *     producer.report(); // { published: 1, lost: {}, pending: 0 }
 *
 * In a fastify service a plugin does this for the experiment's route:
 *
 *     await app.register(recordExchanges, { producer });
 *
 * The service is never delayed by Kafka, the registry or a disk, and no call here throws: what can't be recorded is
 * counted by its reason, in `report()` and in the metrics. Memory is bounded by `gateway.queue` of the config.
 */
export { createProducer, type Producer, type ProducerOptions } from './producer.ts';
export { recordExchanges, type RecordExchangesOptions } from './record-exchanges.ts';
export type { LossReport } from './recording/publisher.ts';
export type { BodyKeeper, KeptBody } from './recording/kept-body.ts';
export type { ServedAnswer, ServedExchange, ServedRequest, ServedResult } from './served.ts';
