import type { Config, ExperimentConfig, JudgingSetting, ShadowConfig } from '@understudy/config';
import { type Lane, laneOf, topicNames } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import type { RecordRegistry } from '../registry/record-registry.ts';
import type { Timeline } from './revisions/timeline.ts';
import { ensureRun, type RunsOptions, withWindows } from './runs.ts';
import { laneTopicSpecs, recordOf, sharedTopicSpecs } from './topic-specs.ts';

/** A lane as a config has it. */
export interface ConfiguredLane {
  readonly lane: Lane;
  readonly experiment: ExperimentConfig;
  readonly shadow: ShadowConfig;
}

/** A lane that is ready to be read and written: topics checked, schemas registered, its run recorded. */
export interface ReadyLane extends Omit<ConfiguredLane, 'experiment'> {
  /** What acts, as in the newest revision; what judges is asked of {@link timeline}, by the time of a request. */
  readonly experiment: Omit<ExperimentConfig, JudgingSetting>;
  readonly run: Run;
  readonly timeline: Timeline;
}

/** A lane that is set up. */
export type SetUpLane = ConfiguredLane & Pick<ReadyLane, 'run'>;

export interface StreamsSetup {
  readonly config: Config;
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly registry: RecordRegistry;
}

/** Where the runs of a config's lanes are. */
export function runsOf({ config, connection, registry }: Omit<StreamsSetup, 'admin'>): RunsOptions {
  const { prefix, partitions } = config.kafka;
  return { connection, registry, prefix, partitions };
}

/** Makes what is missing of the shared topics, checks what exists, registers every schema. */
export async function setUpSharedTopics({ config, admin, registry }: StreamsSetup): Promise<void> {
  await admin.ensureTopics(sharedTopicSpecs(config));
  const names = topicNames(config.kafka.prefix);
  const topics = Object.keys(recordOf) as (keyof typeof recordOf)[];
  await Promise.all(topics.map((topic) => registry.register(recordOf[topic], names.shared(topic))));
}

/** As `setUpSharedTopics`, and the topics of every live lane of the config too: for those who only read them. */
export async function setUpTopics(setup: StreamsSetup): Promise<void> {
  await setUpSharedTopics(setup);
  for (const { lane, shadow } of liveLanes(setup.config)) await setUpLaneTopics(setup, lane, shadow);
}

/** As `setUpSharedTopics`, and the first live lanes of all experiments: see {@link setUpLiveLanes}. */
export async function setUpLanes(setup: StreamsSetup): Promise<readonly SetUpLane[]> {
  await setUpSharedTopics(setup);
  return setUpLiveLanes(setup);
}

/** The first live lanes of all experiments, set up. Any service may call it, at any time, at once with others. */
export async function setUpLiveLanes(setup: StreamsSetup): Promise<readonly SetUpLane[]> {
  const lanes: SetUpLane[] = [];
  for (const live of liveLanes(setup.config)) {
    const { lane, shadow, experiment } = live;
    await setUpLaneTopics(setup, lane, shadow);
    const { windowMs } = experiment;
    const run = await ensureRun({ ...runsOf(setup), lane, windowMs, startMs: Date.now() });
    lanes.push({ ...live, run });
  }
  return lanes;
}

/**
 * The lane of a run that `runs` holds, set up; null where the config has no such shadow.
 *
 * @throws {StreamsError} 'state-mismatch' if the config's windows are not the run's
 */
export async function setUpRun(setup: StreamsSetup, run: Run): Promise<SetUpLane | null> {
  const configured = configuredLane(setup.config, run.lane);
  if (configured === null) return null;
  await setUpLaneTopics(setup, configured.lane, configured.shadow, run.kind);
  return { ...configured, run: withWindows(run, configured.experiment.windowMs) };
}

/** The lane of this name, of whatever run; null where the config has no such experiment or shadow. */
export function configuredLane(config: Pick<Config, 'experiments'>, name: string): ConfiguredLane | null {
  const lane = laneOf(name);
  const experiment = config.experiments.find((each) => each.name === lane?.experiment);
  const shadow = experiment?.shadows.find((each) => each.name === lane?.shadow);
  return lane && experiment && shadow ? { lane, experiment, shadow } : null;
}

export function liveLanes({ experiments }: Config): readonly ConfiguredLane[] {
  return experiments.flatMap((experiment) =>
    experiment.shadows.map((shadow) => ({
      lane: { experiment: experiment.name, shadow: shadow.name, run: 'live' },
      experiment,
      shadow,
    })),
  );
}

async function setUpLaneTopics(
  { config, admin, registry }: StreamsSetup,
  lane: Lane,
  shadow: ShadowConfig,
  kind: Run['kind'] = 'live',
): Promise<void> {
  const names = topicNames(config.kafka.prefix);
  const comparisons = names.comparisons(lane);
  const specs = laneTopicSpecs(config, lane, shadow);
  // Who judges again calls nobody: it reads the shadow responses of another lane.
  const isRejudge = kind === 'rejudge';
  await admin.ensureTopics(isRejudge ? specs.filter(({ topic }) => topic === comparisons) : specs);
  if (!isRejudge) await registry.register('shadow-response', names.shadowResponses(lane));
  await registry.register('comparison', comparisons);
}
