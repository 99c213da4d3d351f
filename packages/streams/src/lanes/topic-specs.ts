import type { KafkaConfig } from '@understudy/config';
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

/** A captured body may be a mebibyte, and a record holds a body and its headers. */
const maxMessageBytes = 4 * 1024 * 1024;

/** How every shared topic has to be. */
export function sharedTopicSpecs(kafka: KafkaConfig): readonly TopicSpec[] {
  const names = topicNames(kafka.prefix);
  return sharedTopics.map((topic) =>
    compacted.has(topic)
      ? spec(kafka, names.shared(topic), { 'cleanup.policy': 'compact' })
      : spec(kafka, names.shared(topic), keptForRetention(kafka)),
  );
}

/** How the topics of one lane have to be. */
export function laneTopicSpecs(kafka: KafkaConfig, lane: Lane): readonly TopicSpec[] {
  const names = topicNames(kafka.prefix);
  return [names.shadowResponses(lane), names.comparisons(lane)].map((topic) =>
    spec(kafka, topic, keptForRetention(kafka)),
  );
}

function keptForRetention(kafka: KafkaConfig): Record<string, string> {
  return { 'cleanup.policy': 'delete', 'retention.ms': String(kafka.retentionMs) };
}

function spec(kafka: KafkaConfig, topic: string, configs: Record<string, string>): TopicSpec {
  return {
    topic,
    partitions: kafka.partitions,
    replicationFactor: kafka.replicationFactor,
    configs: {
      ...configs,
      // The log is the clock: a window holds what the broker appended in it, whatever the writers' clocks say.
      'message.timestamp.type': 'LogAppendTime',
      // Whatever a writer used stays as it is: a broker that compresses anew could choose what we can't read.
      'compression.type': 'producer',
      'max.message.bytes': String(maxMessageBytes),
    },
  };
}
