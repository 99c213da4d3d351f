/**
 * Tests of tasks without a broker: feed a log in memory, in any interleaving, kill and restore.
 *
 *     const log = new MemoryLog();
 *     log.append({ topic: 'requests', partition: 0, value }, 1_000);
 *     const written = await driveTask({ log, inputs, open, steps: [0, 3, 2] });
 *
 * And of whole groups, over a simulated Kafka in which all goes wrong that can: see {@link Simulation}.
 */
export { type DriveOptions, driveTask } from './drive-task.ts';
export { localCodecs } from './local-codecs.ts';
export { memoryLookup, type MemoryLookupOptions } from './memory-lookup.ts';
export { MemoryLog } from './memory-log.ts';
export { noTrouble, type Trouble } from './simulation/network.ts';
export { Random } from './simulation/random.ts';
export { Simulation, type SimulationOptions } from './simulation/simulation.ts';
