import { comparingHash, type ExperimentConfig, experimentText, parseExperiment } from '@understudy/config';
import { earliestEffect, topicNames } from '@understudy/domain';
import type { Experiment } from '@understudy/schemas-avro';
import { StreamsError } from '../../client/errors.ts';
import { readLog } from '../../client/log-reader.ts';
import { partitionOf } from '../../client/partitioner.ts';
import type { IncomingRecord } from '../../client/records.ts';
import { changeAlone } from '../change-alone.ts';
import type { RunsOptions } from '../runs.ts';
import { firstRevision, GrowingTimeline, type Revision } from './timeline.ts';

/** What has become of an experiment that was to be recorded. */
export interface Applied {
  /** In force when it was asked; null: there was none. */
  readonly before: Revision | null;
  /** The newest one now. */
  readonly revision: Revision;
}

/** Given the newest revision, or null where there is none: whether the experiment is to be the next one. May throw. */
type IsNext = (newest: Revision | null) => boolean;

/** Records those experiments as first revisions that the log does not have. Many may do so at once: one of them is first. */
export async function ensureExperiments(
  options: RunsOptions,
  experiments: readonly ExperimentConfig[],
): Promise<void> {
  const names = experiments.map(({ name }) => name);
  const known = await readTimelines(options, names);
  for (const experiment of experiments)
    if (!known.has(experiment.name)) await record(options, experiment, (newest) => newest === null);
}

/**
 * Records an experiment as its next revision, if it differs from the newest one. Many may do so at once: those that ask
 * for the same are one revision.
 *
 * @throws {StreamsError} 'state-mismatch' for what can't be changed, 'kafka-unavailable'
 */
export async function applyExperiment(options: RunsOptions, experiment: ExperimentConfig): Promise<Applied> {
  return record(options, experiment, (newest) => {
    if (newest === null) return true;
    refuseOtherWindows(newest.experiment, experiment);
    return experimentText(newest.experiment) !== experimentText(experiment);
  });
}

/** Windows are counted and added up across revisions. */
function refuseOtherWindows({ name, windowMs }: ExperimentConfig, wanted: ExperimentConfig): void {
  if (wanted.windowMs === windowMs) return;
  throw new StreamsError(
    'state-mismatch',
    `${name} has windows of ${windowMs} ms, and the config says ${wanted.windowMs} ms: windows can not change within an ` +
      'experiment; set the old width, or name the experiment anew',
  );
}

async function record(options: RunsOptions, experiment: ExperimentConfig, isNext: IsNext): Promise<Applied> {
  const { connection, registry, prefix, partitions } = options;
  const { name } = experiment;
  const topic = topicNames(prefix).shared('experiments');
  const partition = partitionOf(name, partitions);
  const newest = async (): Promise<Revision | null> =>
    (await readTimelines(options, [name])).get(name)?.newest ?? null;
  const { before, isRecorded } = await changeAlone(
    {
      connection,
      transactionalId: `${prefix}experiments.${name}`,
      topic,
      partition,
      what: `experiment ${name}`,
    },
    async () => {
      const before = await newest();
      if (!isNext(before)) return { result: { before, isRecorded: false }, record: null };
      await registry.register('experiment', topic);
      const revision = recordOf(experiment, before);
      const value = registry.encoder('experiment', topic)(revision);
      return {
        result: { before, isRecorded: true },
        record: { key: `${name} ${revision.revision}`, value },
      };
    },
  );
  // From when it holds depends on when it was appended, which the log says.
  const revision = isRecorded ? await newest() : before;
  if (revision === null) throw new StreamsError('state-mismatch', `experiment ${name} is not in ${topic}`);
  return { before, revision };
}

function recordOf(experiment: ExperimentConfig, before: Revision | null): Experiment {
  const { name, windowMs } = experiment;
  const { number, configHash } = firstRevision(experiment);
  const effectiveFrom = before === null ? 0 : Math.max(before.fromMs, earliestEffect(Date.now(), windowMs));
  const revision = before === null ? number : before.number + 1;
  return { name, revision, effectiveFrom, configHash, config: experimentText(experiment) };
}

/**
 * The timelines of experiments as the log has them now, by name. What others are writing at this moment may be missing.
 *
 * @param names - null: of all experiments
 */
export async function readTimelines(
  { connection, registry, prefix, partitions }: RunsOptions,
  names: readonly string[] | null,
): Promise<ReadonlyMap<string, GrowingTimeline>> {
  const timelines = new Map<string, GrowingTimeline>();
  const topic = topicNames(prefix).shared('experiments');
  const asked = names && [...new Set(names.map((name) => partitionOf(name, partitions)))];
  for await (const read of readLog(connection, { topic, ...(asked && { partitions: asked }) })) {
    if (read.value === null) continue;
    const experiment = await registry.decode('experiment', read.value);
    if (names === null || names.includes(experiment.name)) addTo(timelines, experiment, read);
  }
  return timelines;
}

/**
 * Adds what a record says. From when it holds is the later of what it says itself and of what its append time allows: its
 * writer's clock may have been behind.
 *
 * @throws {StreamsError} 'state-mismatch' for an experiment that this version can't read
 */
export function addTo(
  timelines: Map<string, GrowingTimeline>,
  { name, revision: number, effectiveFrom, configHash, config }: Experiment,
  { timestampMs }: Pick<IncomingRecord, 'timestampMs'>,
): void {
  const experiment = parseExperiment(config);
  if (experiment === null) {
    throw new StreamsError(
      'state-mismatch',
      `revision ${number} of ${name} was recorded by another version, and this one can not read it: run the newer one`,
    );
  }
  const timeline = timelines.get(name);
  const fromMs =
    timeline === undefined ? 0 : Math.max(effectiveFrom, earliestEffect(timestampMs, experiment.windowMs));
  const revision = { number, fromMs, experiment, configHash, comparingHash: comparingHash(experiment) };
  if (timeline === undefined) timelines.set(name, new GrowingTimeline(revision));
  else timeline.add(revision);
}
