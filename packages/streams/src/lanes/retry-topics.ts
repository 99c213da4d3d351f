import { formatDuration, type RetryConfig } from '@understudy/config';
import { type Lane, type TopicNames } from '@understudy/domain';

/** A topic whose records are tried again when they have lain there for its delay. */
export interface RetryTopic {
  readonly topic: string;
  readonly delayMs: number;
}

/** A lane's retry topics, in the order in which a request passes through them; none where retries are off. */
export function retryTopics(names: TopicNames, lane: Lane, { delaysMs }: RetryConfig): readonly RetryTopic[] {
  return delaysMs.map((delayMs) => ({ topic: names.shadowRetries(lane, formatDuration(delayMs)), delayMs }));
}
