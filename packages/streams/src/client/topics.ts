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
/** Settings that may differ, but not unseen. */
const toldConfigs = ['retention.ms', 'segment.ms'];
const limitMs = 30_000;
/** A broker that makes hundreds of partitions at once takes its time. */
const leadersLimitMs = 120_000;

/**
 * Resolves to what is not as asked for and stays so, a sentence each.
 *
 * @see KafkaAdmin.ensureTopics
 */
export async function ensureTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<readonly string[]> {
  const existing = new Set(await retryWithin(limitMs, 'list topics', () => admin.listTopics()));
  const missing = specs.filter(({ topic }) => !existing.has(topic));
  if (missing.length > 0) await create(admin, missing);
  await retryWithin(leadersLimitMs, 'see a leader for every partition', () => assertLeaders(admin, specs));

  const settings = await retryWithin(limitMs, 'read the settings of topics', () => settingsOf(admin, specs));
  const problems = specs.flatMap((spec) => mismatches(spec, settings(spec)));
  if (problems.length > 0) throw new StreamsError('topic-mismatch', problems.join('\n'));
  return specs.flatMap((spec) => staysAsItIs(spec, differing(spec, settings(spec), toldConfigs)));
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

/** How a topic is. */
interface Settings {
  readonly partitions: number;
  readonly configs: ReadonlyMap<string, string>;
}

async function settingsOf(admin: Admin, specs: readonly TopicSpec[]): Promise<(spec: TopicSpec) => Settings> {
  const names = specs.map(({ topic }) => topic);
  const configNames = [...checkedConfigs, ...toldConfigs];
  const { topics } = await admin.fetchTopicMetadata({ topics: names });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name, configNames })),
  });
  return ({ topic }) => {
    const entries = resources.find(({ resourceName }) => resourceName === topic)?.configEntries ?? [];
    return {
      partitions: topics.find(({ name }) => name === topic)?.partitions.length ?? 0,
      configs: new Map(entries.map(({ configName, configValue }) => [configName, configValue])),
    };
  };
}

/** A setting that is not as the spec has it, as `name=value`. */
interface Difference {
  readonly found: string;
  readonly asked: string;
}

function differing(spec: TopicSpec, { configs }: Settings, names: readonly string[]): readonly Difference[] {
  return names.flatMap((name) => {
    const asked = spec.configs[name];
    const found = configs.get(name) ?? 'nothing';
    if (asked === undefined || asked === found) return [];
    return [{ found: `${name}=${found}`, asked: `${name}=${asked}` }];
  });
}

function mismatches(spec: TopicSpec, settings: Settings): readonly string[] {
  return [
    ...(settings.partitions === spec.partitions ? [] : [wrongPartitions(spec, settings.partitions)]),
    ...differing(spec, settings, checkedConfigs).map((difference) => wrongConfig(spec, difference)),
  ];
}

function wrongPartitions({ topic, partitions }: TopicSpec, found: number): string {
  return (
    `Topic "${topic}" has ${found} partitions, but ${partitions} are needed. The number can't be changed ` +
    `without moving keys: set kafka.partitions to ${found}, or choose another kafka.prefix.`
  );
}

function wrongConfig({ topic }: TopicSpec, { found, asked }: Difference): string {
  return (
    `Topic "${topic}" has ${found}, but ${asked} is needed. ` +
    `Set it with ${alterCommand(topic, asked)}, or choose another kafka.prefix.`
  );
}

function staysAsItIs({ topic }: TopicSpec, differences: readonly Difference[]): readonly string[] {
  if (differences.length === 0) return [];
  const found = differences.map((difference) => difference.found).join(', ');
  const asked = differences.map((difference) => difference.asked).join(',');
  return [
    `Topic "${topic}" exists with ${found} and stays so, though the config asks for something else. ` +
      `To change it: ${alterCommand(topic, asked)}`,
  ];
}

function alterCommand(topic: string, configs: string): string {
  return `kafka-configs --alter --entity-type topics --entity-name ${topic} --add-config ${configs}`;
}
