/**
 * One file, `understudy.yaml`: validated, defaulted, explained. `reference.yaml` beside this package's source shows
 * every setting with its default and unit.
 *
 *     const config = loadConfig({ file: 'understudy.yaml', env: process.env }); // ConfigError lists what is wrong
 *     config.kafka.requestTimeoutMs; // 10000
 *     config.kafka.sasl?.password.reveal(); // everything else prints [secret NAME]
 */
export type { AlertsConfig, ExperimentAlertsConfig, WebhookConfig } from './alerts.ts';
export type { BreakerConfig } from './breaker.ts';
export { canonicalJson } from './canonical-json.ts';
export type { ComparisonConfig } from './comparison.ts';
export { ConfigError, type Problem } from './config-error.ts';
export type { Config } from './config.ts';
export { addressVariables } from './environment.ts';
export type {
  ExperimentConfig,
  KeepConfig,
  Method,
  ProductionConfig,
  RedactConfig,
  RouteConfig,
  SamplingConfig,
  SessionConfig,
} from './experiment.ts';
export { type ExperimentChange, experimentChanges, type ExperimentPart } from './experiment-changes.ts';
export { experimentText, parseExperiment } from './experiment-text.ts';
export { explainConfig } from './explain.ts';
export { comparingHash, judgingHash, type JudgingSetting } from './judging-hash.ts';
export type { KafkaConfig, KafkaSasl, KafkaTls } from './kafka.ts';
export { loadConfig, parseConfig } from './load.ts';
export { type ConfigSource, missingAddresses, readConfigSource } from './read-config.ts';
export type { RegistryAuth, RegistryConfig } from './registry.ts';
export type { ReplaysConfig } from './replays.ts';
export type { RetryConfig } from './retry.ts';
export { Secret } from './secret.ts';
export { pooledValue, type SegmentConfig } from './segment.ts';
export type { ConsoleConfig, GatewayConfig, TelemetryConfig } from './services.ts';
export { alertsHash, keepHash } from './shaping-hashes.ts';
export type { ShadowConfig } from './shadow.ts';
export { formatDuration, parseDuration } from './units.ts';
export type { VerdictConfig } from './verdict.ts';
