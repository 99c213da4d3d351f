import type { Admin } from 'kafkajs';
import { StreamsError } from './errors.ts';
import { ConfigResourceTypes } from './kafkajs.ts';
import { retryWithin } from './retry.ts';

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly replicationFactor: number;
  readonly configs: Readonly<Record<string, string>>;
}

/**
 * Settings that change what a topic means. The others (retention, sizes) belong to whoever runs the
 * cluster.
 */
const checkedConfigs = ['message.timestamp.type', 'cleanup.policy'];
const limitMs = 30_000;

/** @see KafkaAdmin.ensureTopics */
export async function ensureTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const existing = new Set(await retryWithin(limitMs, 'list topics', () => admin.listTopics()));
  const missing = specs.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) await create(admin, missing);
  await retryWithin(limitMs, 'see a leader for every partition', () => assertLeaders(admin, specs));

  const problems = await retryWithin(limitMs, 'read the settings of topics', () => mismatches(admin, specs));
  if (problems.length > 0) throw new StreamsError('topic-mismatch', problems.join('\n'));
}

async function create(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const topics = specs.map(({ topic, partitions, replicationFactor, configs }) => ({
    topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: Object.entries(configs).map(([name, value]) => ({ name, value })),
  }));
  try {
    // False: all that could not be created exist by now, because somebody else was faster.
    await admin.createTopics({ topics, waitForLeaders: false });
  } catch (error) {
    throw refusal(error);
  }
}

/** kafkajs collects what the broker said of each topic in one error. */
function refusal(error: unknown): unknown {
  if (!(error instanceof Error) || !('errors' in error) || !Array.isArray(error.errors)) return error;
  const refused: readonly { topic?: string; type?: string; message?: string }[] = error.errors;
  const reasons = refused
    .filter(({ type }) => type !== 'TOPIC_ALREADY_EXISTS')
    .map(({ topic, message }) => `Kafka refused to create topic "${topic}": ${message}`);
  const hint = 'Check the replication factor against the number of brokers, and the settings asked for.';
  return new StreamsError('topic-refused', [...reasons, hint].join('\n'), { cause: error });
}

async function assertLeaders(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: specs.map(({ topic }) => topic) });
  for (const { topic } of specs) {
    const partitions = topics.find(({ name }) => name === topic)?.partitions ?? [];
    if (partitions.length === 0 || partitions.some(({ leader }) => leader < 0)) {
      throw new StreamsError('kafka-unavailable', `Kafka: topic "${topic}" has no leader yet`);
    }
  }
}

async function mismatches(admin: Admin, specs: readonly TopicSpec[]): Promise<string[]> {
  const names = specs.map(({ topic }) => topic);
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames: checkedConfigs })),
  });
  return specs.flatMap((spec) => {
    const found = topics.find(({ name }) => name === spec.topic)?.partitions.length;
    const settings = resources.find(({ resourceName }) => resourceName === spec.topic)?.configEntries ?? [];
    const configs = new Map(settings.map(({ configName, configValue }) => [configName, configValue]));
    return [
      ...(found === spec.partitions ? [] : [wrongPartitions(spec, found ?? 0)]),
      ...checkedConfigs
        .filter((name) => spec.configs[name] !== undefined && spec.configs[name] !== configs.get(name))
        .map((name) => wrongConfig(spec, name, configs.get(name) ?? 'nothing')),
    ];
  });
}

function wrongPartitions({ topic, partitions }: TopicSpec, found: number): string {
  return (
    `Topic "${topic}" has ${found} partitions, but ${partitions} are needed. The number can't be changed ` +
    `without moving keys: set kafka.partitions to ${found}, or choose another kafka.prefix.`
  );
}

function wrongConfig({ topic, configs }: TopicSpec, name: string, found: string): string {
  const needed = `${name}=${configs[name]}`;
  const command = `kafka-configs --alter --entity-type topics --entity-name ${topic} --add-config ${needed}`;
  return (
    `Topic "${topic}" has ${name}=${found}, but ${needed} is needed. ` +
    `Set it with ${command}, or choose another kafka.prefix.`
  );
}
