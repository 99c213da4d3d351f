import type { LogLookup, LogOffsets, ReadyLane, RecordCodecs } from '@understudy/streams';
import type { LaneMetrics } from '../invoker-metrics.ts';
import { BrokenSessions } from './broken-sessions.ts';
import { OrderedSessions } from './ordered-sessions.ts';
import { sessionOf } from './session-id.ts';

export interface RestoreSessionsOptions {
  readonly lane: ReadyLane;
  readonly partition: number;
  /** The lane's shadow responses. */
  readonly topic: string;
  /** What was committed of {@link OrderedSessions.from}. */
  readonly from: number | null;
  readonly streams: {
    readonly admin: Pick<LogOffsets, 'bounds'>;
    readonly lookup: LogLookup;
    readonly registry: RecordCodecs;
  };
  readonly metrics: LaneMetrics;
}

/**
 * The sessions of a partition as its shadow responses say they are: only those from where one was broken are read, and
 * none where none is. Null: the lane's sessions are not ordered.
 */
export async function restoreSessions(options: RestoreSessionsOptions): Promise<OrderedSessions | null> {
  const { lane, partition, topic, streams, metrics } = options;
  const { session } = lane.experiment;
  if (session?.ordered !== true) return null;
  const { idleMs, maxWaiting } = session;
  const broken = new BrokenSessions({ idleMs, onForgotten: () => metrics.sessionForgotten() });
  const bounds = (await streams.admin.bounds(topic))[partition];
  if (bounds === undefined) throw new Error(`no partition ${topic}/${partition}`);
  await readInto(broken, options, bounds.end);
  return new OrderedSessions({ lane, idleMs, maxWaiting, broken, end: bounds.end, metrics });
}

async function readInto(
  broken: BrokenSessions,
  { lane, partition, topic, from, streams: { lookup, registry } }: RestoreSessionsOptions,
  end: number,
): Promise<void> {
  for (let offset = from ?? end; offset < end;) {
    const found = await lookup.read(topic, partition, offset);
    if (found === null) {
      // Deleted after the time for which it is kept: what is left is all that the log says.
      offset = Math.max(offset + 1, await lookup.start(topic, partition));
      continue;
    }
    for (const { key, value, offset: at } of found.records) {
      if (value === null || at >= end) continue;
      const { kind, exchangeId, requestTime, status } = await registry.decode('shadow-response', value);
      const session = sessionOf(lane, key, exchangeId);
      if (kind !== 'first' || session === null) continue;
      broken.said({ session, timeMs: requestTime, status, offset: at });
    }
    if (found.nextOffset === offset) return;
    offset = found.nextOffset;
  }
}
