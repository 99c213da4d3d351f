import { setTimeout as delay } from 'node:timers/promises';
import { isTick, laneOf } from '@understudy/domain';
import {
  isOver,
  type KafkaAdmin,
  type KafkaConnection,
  readLog,
  type RecordRegistry,
  StreamsError,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { Lanes } from './lanes.ts';
import type { Runs } from './runs.ts';
import type { WaitingView } from './views.ts';

export interface WatchWaitingOptions {
  readonly admin: KafkaAdmin;
  readonly connection: KafkaConnection;
  readonly registry: RecordRegistry;
  readonly lanes: Lanes;
  readonly runs: Pick<Runs, 'get'>;
  /** The topic of the requests. */
  readonly topic: string;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

const everyMs = 2_000;
/** So few are read and looked at; more are counted by their offsets, among which ticks are few. */
const maxLookedAt = 100;

/**
 * Every 2 s, how many requests of each lane no closed window holds yet: those appended at or after the end of its
 * newest, and before the end of a run that has one. So that a page shows that something happens between two windows. Kafka's failures are logged, and mean that it is
 * not known; a question that is under way at the signal is left to itself.
 */
export async function watchWaiting(options: WatchWaitingOptions): Promise<void> {
  const { admin, lanes, runs, topic, logger, signal } = options;
  /** By lane: what was found, and for which window and ends. */
  const known = new Map<string, { readonly of: string; readonly waiting: WaitingView }>();
  while (!signal.aborted) {
    try {
      const logEnds = (await admin.bounds(topic)).map(({ end }) => end);
      for (const view of lanes.all()) {
        const run = runs.get(view.lane);
        if (run !== null && isOver(run)) {
          lanes.setWaiting(view.lane, null);
          continue;
        }
        const runEnds =
          run === null || run.end === null ? logEnds : await admin.offsetsAtTime(topic, run.end);
        const ends = logEnds.map((end, partition) => Math.min(end, runEnds[partition] ?? end));
        const of = JSON.stringify([view.windowEnd, ends]);
        const before = known.get(view.lane);
        const waiting = before?.of === of ? before.waiting : await count(options, view, ends);
        known.set(view.lane, { of, waiting });
        lanes.setWaiting(view.lane, waiting);
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StreamsError)) throw error;
      logger.warn({ err: error }, 'it is not known how many requests wait');
      for (const name of lanes.names()) lanes.setWaiting(name, null);
    }
    await delay(everyMs, undefined, { signal }).catch(() => {});
  }
}

async function count(
  { admin, connection, registry, topic }: WatchWaitingOptions,
  { lane, windowEnd }: { readonly lane: string; readonly windowEnd: number },
  ends: readonly number[],
): Promise<WaitingView> {
  const starts = await admin.offsetsAtTime(topic, windowEnd);
  const records = ends.reduce(
    (sum, end, partition) => sum + Math.max(0, end - (starts[partition] ?? end)),
    0,
  );
  if (records > maxLookedAt) return { requests: records, isExact: false };
  let requests = 0;
  const range = { from: new Map(starts.entries()), until: new Map(ends.entries()) };
  if (records === 0) return { requests, isExact: true };
  for await (const record of readLog(connection, { topic, ...range })) {
    if (isTick(record) || record.value === null) continue;
    if ((await experimentOf(record.value)) === laneOf(lane)?.experiment) requests += 1;
  }
  return { requests, isExact: true };

  async function experimentOf(value: Buffer): Promise<string | null> {
    try {
      return (await registry.decode('request', value)).experiment;
    } catch (error) {
      if (error instanceof StreamsError && error.code === 'unreadable') return null;
      throw error;
    }
  }
}
