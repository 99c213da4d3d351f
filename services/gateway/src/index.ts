/**
 * The gateway: answers callers from production, and publishes what was asked and answered.
 *
 *     const gateway = await startGateway({ config, logger, metrics });
 *     gateway.address; // http://127.0.0.1:8080
 *     await gateway.close();
 *
 * Production's answer never waits for Kafka, the registry or a shadow; memory is bounded; what is lost is counted.
 */
export { createGatewayApp, type GatewayAppOptions } from './app.ts';
export { type RunningGateway, startGateway, type StartGatewayOptions } from './start.ts';
