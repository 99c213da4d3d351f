/**
 * A real Kafka and a real schema registry on this machine, and everything needed to start processes and to be sure that they end.
 *
 * @example
 * ```ts
 * import { startLocalCluster } from '@understudy/infra-local';
 *
 * const cluster = await startLocalCluster({ onProgress: (text) => process.stderr.write(`${text}\n`) });
 * process.stdout.write(`${cluster.bootstrapServers.join(',')} ${cluster.registryUrl}\n`);
 * await cluster.stop();
 * ```
 *
 * To start more, and have all of it stopped by Ctrl-C, SIGTERM, SIGHUP and the loss of the parent, use one `ProcessGroup` for all:
 *
 * ```ts
 * const processes = new ProcessGroup({ onExit: ({ name, lastLogLines }) => report(name, lastLogLines) });
 * processes.installSignalHandlers();
 * const cluster = await startLocalCluster({ processes });
 * await processes.spawn({ name: 'gateway', command: process.execPath, args: ['src/main.ts'], logFile, readyLine: /listening/ });
 * ```
 * @module
 */
export { resolveDistribution } from './distribution.ts';
export { dataFolder } from './home.ts';
export { javaCommand } from './java.ts';
export { startLocalCluster } from './local-cluster.ts';
export type { LocalCluster, LocalClusterOptions } from './local-cluster.ts';
export { ProcessError } from './managed-process.ts';
export type { ManagedProcess, ProcessExit, ProcessSpec } from './managed-process.ts';
export { exitWhenParentIsGone } from './parent-watch.js';
export { ProcessGroup } from './process-group.ts';
export type { ProcessGroupOptions } from './process-group.ts';
export type { RestartableProcess } from './restartable-process.ts';
export type { StopReason, StopSignal } from './stop-requests.ts';
