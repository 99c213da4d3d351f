import type { Config, ExperimentConfig, ShadowConfig } from '@understudy/config';
import { type Lane, topicNames } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import type { RecordRegistry } from '../registry/record-registry.ts';
import { ensureRun } from './runs.ts';
import { laneTopicSpecs, recordOf, sharedTopicSpecs } from './topic-specs.ts';

/** A lane that is ready to be read and written: topics checked, schemas registered, its run recorded. */
export interface ReadyLane {
  readonly lane: Lane;
  readonly experiment: ExperimentConfig;
  readonly shadow: ShadowConfig;
  readonly run: Run;
}

export interface StreamsSetup {
  readonly config: Config;
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly registry: RecordRegistry;
}

/** Makes what is missing of the shared topics, checks what exists, registers every schema. */
export async function setUpSharedTopics({ config, admin, registry }: StreamsSetup): Promise<void> {
  await admin.ensureTopics(sharedTopicSpecs(config));
  const names = topicNames(config.kafka.prefix);
  const topics = Object.keys(recordOf) as (keyof typeof recordOf)[];
  await Promise.all(topics.map((topic) => registry.register(recordOf[topic], names.shared(topic))));
}

/** As `setUpSharedTopics`, and the topics of every lane of the config too: for those who only read them. */
export async function setUpTopics(setup: StreamsSetup): Promise<void> {
  await setUpSharedTopics(setup);
  for (const { name: experiment, shadows } of setup.config.experiments) {
    for (const shadow of shadows) {
      await setUpLaneTopics(setup, { experiment, shadow: shadow.name, run: 'live' }, shadow);
    }
  }
}

/** The live lanes of all experiments, set up. Any service may call it, at any time, at once with others. */
export async function setUpLanes(setup: StreamsSetup): Promise<readonly ReadyLane[]> {
  await setUpSharedTopics(setup);
  const lanes: ReadyLane[] = [];
  for (const experiment of setup.config.experiments) {
    for (const shadow of experiment.shadows) lanes.push(await setUpLane(setup, experiment, shadow));
  }
  return lanes;
}

async function setUpLaneTopics(
  { config, admin, registry }: StreamsSetup,
  lane: Lane,
  shadow: ShadowConfig,
): Promise<void> {
  const names = topicNames(config.kafka.prefix);
  await admin.ensureTopics(laneTopicSpecs(config, lane, shadow));
  await registry.register('shadow-response', names.shadowResponses(lane));
  await registry.register('comparison', names.comparisons(lane));
}

async function setUpLane(
  setup: StreamsSetup,
  experiment: ExperimentConfig,
  shadow: ShadowConfig,
): Promise<ReadyLane> {
  const { connection, registry } = setup;
  const { prefix, partitions } = setup.config.kafka;
  const lane: Lane = { experiment: experiment.name, shadow: shadow.name, run: 'live' };
  await setUpLaneTopics(setup, lane, shadow);
  const run = await ensureRun({
    connection,
    registry,
    prefix,
    partitions,
    lane,
    windowMs: experiment.windowMs,
    startMs: Date.now(),
  });
  return { lane, experiment, shadow, run };
}
