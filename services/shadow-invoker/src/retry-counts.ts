import { type CommittedOffset, decodeState, readableState } from '@understudy/streams';

/**
 * Of one input of a task, from the run's beginning to the committed offset: how many requests this lane's tasks had put
 * there, and how many of them they have put into the next one to be tried again. What a person has sent back from the
 * dead letters is not among them.
 */
export interface RetryCounts {
  /** Always 0 for the requests themselves. */
  readonly taken: number;
  readonly passedOn: number;
}

export const noRetries: RetryCounts = { taken: 0, passedOn: 0 };

/** What was committed with an input's offset; none where nothing was, or by a version that did not count. */
export function retryCountsOf(
  committed: (Pick<CommittedOffset, 'topic' | 'partition' | 'metadata'> & { offset: number | null }) | null,
): RetryCounts {
  if (committed === null) return noRetries;
  const read = (): Partial<RetryCounts> => decodeState<RetryCounts>(committed, () => true);
  // The counts alone: what else stands with the offset is another's, and would be old when it is written again.
  const { taken = 0, passedOn = 0 } = readableState<Partial<RetryCounts>>(noRetries, read);
  return { taken, passedOn };
}

/** Whether nothing waits to be tried again. @param counts in the order in which a request passes through the inputs */
export function isDrained(counts: readonly RetryCounts[]): boolean {
  return counts.every(({ taken }, index) => index === 0 || taken >= (counts[index - 1]?.passedOn ?? 0));
}
