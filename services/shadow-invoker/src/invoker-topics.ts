import type { TopicNames } from '@understudy/domain';
import { type ReadyLane, retryTopics, type RetryTopic } from '@understudy/streams';

/** The topics of one lane's invoker. */
export interface InvokerTopics {
  readonly requests: string;
  /** In the order in which a request passes through them; empty: what fails in place is not tried again. */
  readonly retries: readonly RetryTopic[];
  readonly shadowResponses: string;
  readonly deadLetters: string;
}

export function invokerTopicsOf(names: TopicNames, { lane, shadow }: ReadyLane): InvokerTopics {
  return {
    requests: names.shared('requests'),
    retries: retryTopics(names, lane, shadow.retry),
    shadowResponses: names.shadowResponses(lane),
    deadLetters: names.shared('shadow-dead-letters'),
  };
}

/** Where a request goes whose calls have failed in a way that may pass. */
export interface Destination {
  readonly kind: 'retry' | 'dead-letter';
  readonly topic: string;
}

/** One input of a task, and what holds for its records. */
export interface InvokerInput {
  readonly topic: string;
  /** A record is due so long after it was appended. */
  readonly delayMs: number;
  /** Records taken and not yet committed, at the most. */
  readonly maxOutstanding: number;
  /** What these and their results hold in memory; one is taken whatever it holds. */
  readonly maxOutstandingBytes: number;
  /** Null: nowhere, the failure is final. */
  readonly onFailure: Destination | null;
}

/** An eighth for each retry topic, the rest for the requests: neither can take the places of the other. */
const retryShare = 8;

/** What a task may hold. */
export type OutstandingLimits = Pick<InvokerInput, 'maxOutstanding' | 'maxOutstandingBytes'>;

/** The requests, then the retry topics. Together they keep the limits, of which the first is at least their number. */
export function invokerInputs(topics: InvokerTopics, limits: OutstandingLimits): readonly InvokerInput[] {
  const { requests, retries, deadLetters } = topics;
  const { maxOutstanding, maxOutstandingBytes } = limits;
  const ofRetries = Math.ceil(maxOutstanding / retryShare);
  const bytesOfRetries = Math.ceil(maxOutstandingBytes / retryShare);
  const afterRetries: readonly Destination[] = [
    ...retries.map(({ topic }) => ({ kind: 'retry', topic }) as const),
    { kind: 'dead-letter', topic: deadLetters },
  ];
  const onFailure = retries.length === 0 ? null : (afterRetries[0] ?? null);
  return [
    {
      topic: requests,
      delayMs: 0,
      maxOutstanding: maxOutstanding - retries.length * ofRetries,
      maxOutstandingBytes: maxOutstandingBytes - retries.length * bytesOfRetries,
      onFailure,
    },
    ...retries.map(({ topic, delayMs }, index) => ({
      topic,
      delayMs,
      maxOutstanding: ofRetries,
      maxOutstandingBytes: bytesOfRetries,
      onFailure: afterRetries[index + 1] ?? null,
    })),
  ];
}
