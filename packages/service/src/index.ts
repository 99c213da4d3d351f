/**
 * What the main of every service shares: its flag, config, logger, metrics, signals.
 *
 *     await runService({ name: 'comparator', telemetry: (config) => config.comparator, start: startComparator });
 */
export { poll, type PollOptions } from './poll.ts';
export { type CommandContext, runCommand, type ServiceCommand } from './run-command.ts';
export { type RunningService, runService, type Service, type ServiceContext } from './run-service.ts';
