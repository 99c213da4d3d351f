import { type Lane, laneName, topicNames, windowStart } from '@understudy/domain';
import { liveRun, type Run } from '@understudy/schemas-avro';
import type { KafkaConnection } from '../client/connection.ts';
import { StreamsError } from '../client/errors.ts';
import { readLog } from '../client/log-reader.ts';
import { partitionOf } from '../client/partitioner.ts';
import type { RecordRegistry } from '../registry/record-registry.ts';
import { changeAlone } from './change-alone.ts';

/** The topic of the runs, and how to get there. */
export interface RunsOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  readonly prefix: string;
  readonly partitions: number;
}

export interface EnsureRunOptions extends RunsOptions {
  readonly lane: Lane;
  readonly windowMs: number;
  /** Where a new run begins, rounded down to a window boundary; ms since the epoch. */
  readonly startMs: number;
}

/** Given the run as it is, or null where there is none: the run as it is to be, or null to leave it. May throw. */
export type RunChange = (run: Run | null) => Run | null;

/** The live run of a lane as `runs` has it; the first process to ask records it. Many may ask at once. */
export async function ensureRun(options: EnsureRunOptions): Promise<Run> {
  const { lane, windowMs, startMs } = options;
  const known = await findRun(options, lane);
  // One that has given way to another live run keeps the windows that it had.
  if (known !== null) return known.end === null ? withWindows(known, windowMs) : known;
  const run = liveRun({
    lane: laneName(lane),
    start: windowStart(startMs, windowMs),
    windowMs,
    recorded: startMs,
  });
  return withWindows(await changeRun(options, lane, (before) => (before === null ? run : null)), windowMs);
}

/**
 * Changes a lane's run, or records a new one: the only way to write to `runs`. Many may do so at once: who writes has
 * fenced everyone who looked before, and they look again. So `change` can be called more than once.
 *
 * @returns the run as it is now
 * @throws {StreamsError} 'state-mismatch' where there is no run and `change` makes none, 'kafka-unavailable'; and
 *   whatever `change` throws: then nothing was written
 */
export async function changeRun(options: RunsOptions, lane: Lane, change: RunChange): Promise<Run> {
  const { connection, registry, prefix } = options;
  const name = laneName(lane);
  const topic = topicNames(prefix).shared('runs');
  const partition = partitionOf(name, options.partitions);
  const at = { connection, transactionalId: `${prefix}runs.${name}`, topic, partition };
  return changeAlone({ ...at, what: `the run of ${name}` }, async () => {
    const before = await findRun(options, lane);
    const after = change(before);
    const result = after ?? before;
    if (result === null) throw new StreamsError('state-mismatch', `there is no run ${name}`);
    if (after === null) return { result, record: null };
    await registry.register('run', topic);
    return { result, record: { key: name, value: registry.encoder('run', topic)(after) } };
  });
}

/** The run of a lane; null: it has none. What others are writing at this moment may be missing. */
export async function findRun(options: RunsOptions, lane: Lane): Promise<Run | null> {
  const name = laneName(lane);
  const runs = await readRuns(options, [partitionOf(name, options.partitions)]);
  return runs.get(name) ?? null;
}

/** Every run, by its lane's name. What others are writing at this moment may be missing. */
export async function readRuns(
  options: RunsOptions,
  partitions?: readonly number[],
): Promise<ReadonlyMap<string, Run>> {
  const runs = new Map<string, Run>();
  for await (const { key, value } of readLog(options.connection, {
    topic: topicNames(options.prefix).shared('runs'),
    ...(partitions && { partitions }),
  })) {
    if (key === null || value === null) continue;
    runs.set(key.toString(), await options.registry.decode('run', value));
  }
  return runs;
}

/** @throws {StreamsError} 'state-mismatch' if the run has windows of another width */
export function withWindows(run: Run, windowMs: number): Run {
  if (run.windowMs === windowMs) return run;
  throw new StreamsError(
    'state-mismatch',
    `lane ${run.lane} has windows of ${run.windowMs} ms since its run began, and the config says ${windowMs} ms: ` +
      'windows can not change within a run; set the old width, or rename the shadow to begin a new lane',
  );
}
