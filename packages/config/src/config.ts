import type { z } from 'zod';
import { type AlertsConfig, alertsSection } from './alerts.ts';
import { type ExperimentConfig, experimentSection } from './experiment.ts';
import { list, section, type Surroundings } from './fields.ts';
import { type KafkaConfig, kafkaSection } from './kafka.ts';
import { type RegistryConfig, registrySection } from './registry.ts';
import { type ReplaysConfig, replaysSection } from './replays.ts';
import {
  type ConsoleConfig,
  consoleSection,
  type GatewayConfig,
  gatewaySection,
  type TelemetryConfig,
  telemetrySection,
} from './services.ts';

/**
 * `understudy.yaml` with every default filled in and every value ready for use. Names are those of the file, with
 * the unit added where the file gives it with the value: `timeout: 5s` is `timeoutMs: 5000`.
 */
export interface Config {
  readonly kafka: KafkaConfig;
  readonly registry: RegistryConfig;
  readonly gateway: GatewayConfig;
  readonly invoker: TelemetryConfig;
  readonly comparator: TelemetryConfig;
  readonly console: ConsoleConfig;
  readonly alerts: AlertsConfig;
  readonly replays: ReplaysConfig;
  /** At least one. */
  readonly experiments: readonly ExperimentConfig[];
}

export function configSection(surroundings: Surroundings): z.ZodType<Config> {
  return section({
    kafka: kafkaSection(surroundings).prefault({}),
    registry: registrySection(surroundings).prefault({}),
    gateway: gatewaySection.prefault({}),
    invoker: telemetrySection.prefault({}),
    comparator: telemetrySection.prefault({}),
    console: consoleSection(surroundings).prefault({}),
    alerts: alertsSection(surroundings).prefault({}),
    replays: replaysSection.prefault({}),
    experiments: list(experimentSection, 'experiments', 1),
  });
}
