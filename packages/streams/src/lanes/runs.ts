import { type Lane, laneName, topicNames, windowStart } from '@understudy/domain';
import { liveRun, type Run } from '@understudy/schemas-avro';
import type { KafkaConnection } from '../client/connection.ts';
import { StreamsError, type StreamsErrorCode } from '../client/errors.ts';
import { readLog } from '../client/log-reader.ts';
import { partitionOf } from '../client/partitioner.ts';
import { TransactionalProducer } from '../client/transactional-producer.ts';
import { untilSettled } from '../client/until-settled.ts';
import type { RecordRegistry } from '../registry/record-registry.ts';

export interface EnsureRunOptions {
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  readonly prefix: string;
  readonly partitions: number;
  readonly lane: Lane;
  readonly windowMs: number;
  /** Where a new run begins, rounded down to a window boundary; ms since the epoch. */
  readonly startMs: number;
}

export type FindRunOptions = Omit<EnsureRunOptions, 'windowMs' | 'startMs'>;

/** How a commit ends when another process takes the id at the same moment: which of the two depends on the moment. */
const lostRace: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>(['fenced', 'transaction-failed']);
/** How often a process that lost the race for the first record looks again. */
const attempts = 10;

/**
 * The run of a lane as `runs` has it; the first process to ask records it. Many may ask at once: who writes has
 * fenced everyone who asked before, and they find its record when they try again.
 */
export async function ensureRun(options: EnsureRunOptions): Promise<Run> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const known = await findRun(options);
    if (known !== null) return checked(known, options);
    try {
      return await createRun(options);
    } catch (error) {
      if (!(error instanceof StreamsError) || !lostRace.has(error.code)) throw error;
    }
  }
  throw new StreamsError(
    'kafka-unavailable',
    `could not record the run of ${laneName(options.lane)}: others kept writing`,
  );
}

async function createRun(options: EnsureRunOptions): Promise<Run> {
  const { connection, registry, lane, windowMs, startMs } = options;
  const topic = topicNames(options.prefix).shared('runs');
  const partition = partitionOf(laneName(lane), options.partitions);
  const producer = await TransactionalProducer.open(connection, {
    transactionalId: `${options.prefix}runs.${laneName(lane)}`,
  });
  try {
    // Another lane's transaction that is open in the partition would hide what was written behind its beginning.
    await untilSettled(connection, topic, [partition]);
    const written = await findRun(options);
    if (written !== null) return checked(written, options);
    const run = liveRun({
      lane: laneName(lane),
      start: windowStart(startMs, windowMs),
      windowMs,
      recorded: startMs,
    });
    const value = registry.encoder('run', topic)(run);
    await producer.commit({ records: [{ topic, partition, key: run.lane, value }] });
    return run;
  } finally {
    await producer.close();
  }
}

/** The newest record of a lane in `runs`, or null. */
export async function findRun(options: FindRunOptions): Promise<Run | null> {
  const name = laneName(options.lane);
  const partitions = [partitionOf(name, options.partitions)];
  let newest: Run | null = null;
  for await (const record of readLog(options.connection, {
    topic: topicNames(options.prefix).shared('runs'),
    partitions,
  })) {
    if (record.key?.toString() === name && record.value !== null) {
      newest = await options.registry.decode('run', record.value);
    }
  }
  return newest;
}

function checked(run: Run, options: EnsureRunOptions): Run {
  if (run.windowMs === options.windowMs) return run;
  throw new StreamsError(
    'state-mismatch',
    `lane ${run.lane} has windows of ${run.windowMs} ms since its run began, and the config says ${options.windowMs} ms: ` +
      'windows can not change within a run; set the old width, or rename the shadow to begin a new lane',
  );
}
