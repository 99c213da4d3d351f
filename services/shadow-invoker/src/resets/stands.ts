import { nextBoundary, windowStart } from '@understudy/domain';
import { type CommittedOffset, lastFrontier, type Streams, wasReset } from '@understudy/streams';
import { invokerStateOf } from '../invoker-state.ts';
import type { InvokerTopics } from '../invoker-topics.ts';

/** Where a lane's invoker stood in one partition of the requests when its offsets were reset. */
export interface Stand {
  readonly partition: number;
  /** Log time of the last first response or progress record written, ms since the epoch. */
  readonly written: number;
  /** The next request to be taken. */
  readonly position: number;
  /** The log's end. */
  readonly end: number;
}

export interface StandsOptions {
  readonly streams: Pick<Streams, 'admin' | 'lookup' | 'registry'>;
  readonly topics: InvokerTopics;
  /** Start of the run, ms since the epoch. */
  readonly runStart: number;
}

/** Clocks of brokers may differ by this much, ms. */
const clockToleranceMs = 10_000;

/** By partition. What was lost with a reset offset is found among the shadow responses. */
export async function standsOf(
  { streams, topics, runStart }: StandsOptions,
  committed: readonly CommittedOffset[],
): Promise<readonly Stand[]> {
  const { admin } = streams;
  const firsts = await admin.offsetsAtTime(topics.requests, runStart);
  const bounds = await admin.bounds(topics.requests);
  return Promise.all(
    bounds.map(async ({ end }, partition): Promise<Stand> => {
      const of = committed.find((each) => each.topic === topics.requests && each.partition === partition);
      if (of !== undefined && of.offset !== null && !wasReset(of))
        return { partition, written: invokerStateOf(of).written, position: of.offset, end };
      const last = await lastFrontier(streams, { topic: topics.shadowResponses, partition });
      if (last === null) return { partition, written: runStart, position: firsts[partition] ?? end, end };
      return { partition, written: last.requestTime, position: last.requestOffset + 1, end };
    }),
  );
}

/**
 * The boundary at which a lane ends that stood there: every window before it is whole in all partitions, and none after it
 * is. A partition in which no request waits holds nobody back.
 */
export function endOf(
  stands: readonly Stand[],
  { windowMs, nowMs }: { readonly windowMs: number; readonly nowMs: number },
): number {
  const behind = stands.filter(({ position, end }) => position < end);
  if (behind.length > 0) return Math.min(...behind.map(({ written }) => windowStart(written, windowMs)));
  const last = Math.max(...stands.map(({ written }) => written));
  const over = nextBoundary(last + 1, windowMs);
  return nowMs >= over + clockToleranceMs ? over : windowStart(last, windowMs);
}
