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

/**
 * Topics whose records go by their age, by kind: a lane's topics are of the kind that their names begin with. The
 * others keep the newest record of every key for ever.
 */
export const retainedTopics = [
  'requests',
  'production-responses',
  'shadow-responses',
  'shadow-retries',
  'shadow-dead-letters',
  'comparisons',
  'window-parts',
  'divergence',
  'alerts',
  'labels',
] as const;

export type RetainedTopic = (typeof retainedTopics)[number];

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
