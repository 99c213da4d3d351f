import type { Config } from '@understudy/config';
import { type Lane, type SharedTopic, sharedTopics, topicNames } from '@understudy/domain';
import type { RecordName } from '@understudy/schemas-avro';
import type { TopicSpec } from '../client/topics.ts';

/** Topics that keep the newest record of each key for ever; the others keep all records for the retention. */
const compacted: ReadonlySet<SharedTopic> = new Set<SharedTopic>([
  'verdicts',
  'reviews',
  'experiments',
  'runs',
]);

/** What each shared topic's values are; dead letters are other topics' records, untouched. */
export const recordOf: Readonly<Record<Exclude<SharedTopic, 'shadow-dead-letters'>, RecordName>> = {
  requests: 'request',
  'production-responses': 'production-response',
  'window-parts': 'window-part',
  divergence: 'divergence',
  verdicts: 'verdict',
  alerts: 'alert',
  labels: 'label',
  reviews: 'review',
  experiments: 'experiment',
  runs: 'run',
};

/** Room in a record beside its bodies: headers, ids, differences. */
const besideBodiesBytes = 1024 * 1024;

/** How every shared topic has to be. */
export function sharedTopicSpecs(config: Config): readonly TopicSpec[] {
  const names = topicNames(config.kafka.prefix);
  return sharedTopics.map((topic) =>
    spec(config, names.shared(topic), compacted.has(topic) ? forEver : forRetention(config)),
  );
}

/** How the topics of one lane have to be. */
export function laneTopicSpecs(config: Config, lane: Lane): readonly TopicSpec[] {
  const names = topicNames(config.kafka.prefix);
  return [names.shadowResponses(lane), names.comparisons(lane)].map((topic) =>
    spec(config, topic, forRetention(config)),
  );
}

const forEver = { 'cleanup.policy': 'compact' };

function forRetention({ kafka }: Config): Record<string, string> {
  return { 'cleanup.policy': 'delete', 'retention.ms': String(kafka.retentionMs) };
}

function spec({ kafka, gateway }: Config, topic: string, kept: Record<string, string>): TopicSpec {
  return {
    topic,
    partitions: kafka.partitions,
    replicationFactor: kafka.replicationFactor,
    configs: {
      ...kept,
      // The log is the clock: a window holds what the broker appended in it, whatever the writers' clocks say.
      'message.timestamp.type': 'LogAppendTime',
      // Whatever a writer used stays as it is: a broker that compresses anew could choose what we can't read.
      'compression.type': 'producer',
      // A one-record exchange carries two captured bodies.
      'max.message.bytes': String(2 * gateway.captureBytes + besideBodiesBytes),
    },
  };
}
