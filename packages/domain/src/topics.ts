import { type Lane, laneName } from './lane.ts';

/** The topics that all lanes share, without the prefix. */
export const sharedTopics = [
  'requests',
  'production-responses',
  'shadow-dead-letters',
  'window-parts',
  'divergence',
  'verdicts',
  'alerts',
  'labels',
  'reviews',
  'experiments',
  'runs',
] as const;

export type SharedTopic = (typeof sharedTopics)[number];

/** The full names of topics under one prefix. */
export interface TopicNames {
  shared(topic: SharedTopic): string;
  shadowResponses(lane: Lane): string;
  /** `delay` as the config writes it: `30s`. */
  shadowRetries(lane: Lane, delay: string): string;
  comparisons(lane: Lane): string;
}

export function topicNames(prefix: string): TopicNames {
  return {
    shared: (topic) => prefix + topic,
    shadowResponses: (lane) => `${prefix}shadow-responses.${laneName(lane)}`,
    shadowRetries: (lane, delay) => `${prefix}shadow-retries.${laneName(lane)}.${delay}`,
    comparisons: (lane) => `${prefix}comparisons.${laneName(lane)}`,
  };
}
