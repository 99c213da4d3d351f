/**
 * How exchanges get into the log: the gateway and the client record them the same way.
 *
 *     const opening = prepareOutlet({ config, clientId: 'understudy-gateway', logger });
 *     const publisher = new Publisher({ opening, limits, metrics: createRecordingMetrics(metrics, 'gateway'), logger });
 *     opening.start();
 *     const exchange = publisher.begin(captureOf(experiment), arrivalOf(received)); // null: no room, counted as lost
 *     exchange?.end(ending);
 *
 * Nobody who calls waits: room is taken at once or not at all, everything else happens later.
 */
export { type Arrival, arrivalOf, type Received } from './arrival.ts';
export { captureOf, type Ending, type ExperimentCapture } from './capture.ts';
export type { OpenExchange } from './exchange.ts';
export { endToEnd, exchangeIdHeader, headerText, shadowHeader } from './headers.ts';
export { BodyKeeper, keepBody } from './kept-body.ts';
export { prepareOutlet } from './outlet.ts';
export { type LossReport, Publisher } from './publisher.ts';
export { createRecordingMetrics, type RecordingMetrics } from './recording-metrics.ts';
