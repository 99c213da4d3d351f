/**
 * Logs, metrics and health: one place, the same for every service.
 *
 *     const log = createLogger({ service: 'comparator' }); // JSON lines on standard error
 *     const metrics = createMetrics({ service: 'comparator' });
 *     const closed = metrics.counter({ name: 'understudy_comparator_windows_total', help: 'Windows closed.' });
 *     closed.inc();
 *     const server = await serveTelemetry({ host: '127.0.0.1', port: 0, metrics, health, ready });
 *     log.info({ address: server.address }, 'telemetry is up');
 */
export { createLogger, type Logger, type LoggerOptions } from './logger.ts';
export {
  type Counter,
  createMetrics,
  type Gauge,
  type Histogram,
  type HistogramOptions,
  latencyBucketsSeconds,
  type MetricOptions,
  type Metrics,
} from './metrics.ts';
export {
  type Health,
  serveTelemetry,
  type TelemetryOptions,
  type TelemetryServer,
} from './serve-telemetry.ts';
