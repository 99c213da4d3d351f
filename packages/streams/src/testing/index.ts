/**
 * Tests of tasks without a broker: feed a log in memory, in any interleaving, kill and restore.
 *
 *     const log = new MemoryLog();
 *     log.append({ topic: 'requests', partition: 0, value }, 1_000);
 *     const written = await driveTask({ log, inputs, open, steps: [0, 3, 2] });
 */
export { type DriveOptions, driveTask } from './drive-task.ts';
export { localCodecs } from './local-codecs.ts';
export { MemoryLog } from './memory-log.ts';
