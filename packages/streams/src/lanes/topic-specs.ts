import type { Config, ShadowConfig } from '@understudy/config';
import {
  type Lane,
  type RetainedTopic,
  type SharedTopic,
  sharedTopics,
  retainedTopics,
  topicNames,
} from '@understudy/domain';
import type { RecordName } from '@understudy/schemas-avro';
import type { TopicSpec } from '../client/topics.ts';
import { retryTopics } from './retry-topics.ts';

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
/** Headers that say what became of a record: one as large as its own topic takes must not be too large with them. */
const letterBytes = 64 * 1024;

/** How every shared topic has to be. */
export function sharedTopicSpecs(config: Config): readonly TopicSpec[] {
  const names = topicNames(config.kafka.prefix);
  return sharedTopics.map((topic) =>
    spec(config, names.shared(topic), {
      kept: isRetained(topic) ? forRetention(config, topic) : forEver,
      holdsLetters: topic === 'shadow-dead-letters',
    }),
  );
}

/** How the topics of one lane have to be. */
export function laneTopicSpecs(config: Config, lane: Lane, shadow: ShadowConfig): readonly TopicSpec[] {
  const names = topicNames(config.kafka.prefix);
  return [
    spec(config, names.shadowResponses(lane), { kept: forRetention(config, 'shadow-responses') }),
    ...retryTopics(names, lane, shadow.retry).map(({ topic }) =>
      spec(config, topic, { kept: forRetention(config, 'shadow-retries'), holdsLetters: true }),
    ),
    spec(config, names.comparisons(lane), { kept: forRetention(config, 'comparisons') }),
  ];
}

function isRetained(topic: SharedTopic): topic is SharedTopic & RetainedTopic {
  const retained: readonly string[] = retainedTopics;
  return retained.includes(topic);
}

/** The newest record of each key. */
const forEver = { 'cleanup.policy': 'compact' };

const weekMs = 7 * 86_400_000;

/**
 * Kafka deletes whole segments, each when its newest record is old enough, and by default fills one for a week: a record
 * would outstay an hour's retention by that week. So a segment is closed after a seventh of the time.
 */
function forRetention({ kafka }: Config, kind: RetainedTopic): Record<string, string> {
  const retentionMs = kafka.retentionOfMs[kind] ?? kafka.retentionMs;
  return {
    'cleanup.policy': 'delete',
    'retention.ms': String(retentionMs),
    'segment.ms': String(Math.min(Math.ceil(retentionMs / 7), weekMs)),
  };
}

interface Holding {
  readonly kept: Readonly<Record<string, string>>;
  /** Other topics' records, with headers that say what became of them; default false. */
  readonly holdsLetters?: boolean;
}

function spec({ kafka, gateway }: Config, topic: string, { kept, holdsLetters }: Holding): TopicSpec {
  const maxBytes = 2 * gateway.captureBytes + besideBodiesBytes;
  return {
    topic,
    partitions: kafka.partitions,
    replicationFactor: kafka.replicationFactor,
    configs: {
      ...kept,
      // The log is the clock: a window holds what the broker appended in it, whatever the writers' clocks say.
      'message.timestamp.type': 'LogAppendTime',
      // Whatever a writer used stays as it is: a broker that compresses anew spends time on every batch.
      'compression.type': 'producer',
      // A one-record exchange carries two captured bodies.
      'max.message.bytes': String(holdsLetters === true ? maxBytes + letterBytes : maxBytes),
    },
  };
}
