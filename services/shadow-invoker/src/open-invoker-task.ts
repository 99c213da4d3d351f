import type {
  CommittedOffset,
  LogLookup,
  LogOffsets,
  OpenTask,
  ReadyLane,
  RecordCodecs,
} from '@understudy/streams';
import type { ShadowCaller } from './call-shadow.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import { type InvokerState, invokerStateOf } from './invoker-state.ts';
import { InvokerTask } from './invoker-task.ts';
import type { InvokerTopics } from './invoker-topics.ts';
import type { Pace } from './pace.ts';
import { retryCountsOf } from './retry-counts.ts';
import { restoreSessions } from './sessions/restore-sessions.ts';

export interface OpenInvokerOptions {
  readonly lane: ReadyLane;
  readonly caller: Pick<ShadowCaller, 'call'>;
  readonly streams: {
    readonly admin: LogOffsets;
    readonly lookup: LogLookup;
    readonly registry: RecordCodecs;
  };
  readonly pace: Pace;
  readonly topics: InvokerTopics;
  readonly metrics: LaneMetrics;
}

/**
 * Opens the tasks of one lane's invoker: each input at its committed offset; where there is none yet, the requests where
 * the run begins, and what waits to be tried again from its first record on.
 */
export function openInvokerTask({
  lane,
  caller,
  pace,
  streams,
  topics,
  metrics,
}: OpenInvokerOptions): OpenTask {
  return async ({ spec, committed, wake }) => {
    const partition = Number(spec.id);
    const ofRequests = committedFor(topics.requests, committed);
    const from = ofRequests?.offset ?? (await firstRequest(partition));
    const start = new Map([[topics.requests, from]]);
    for (const { topic } of topics.retries) {
      start.set(topic, committedFor(topic, committed)?.offset ?? (await firstRetry(topic, partition)));
    }
    const state: InvokerState =
      ofRequests === null ? { clock: 0, written: lane.run.start } : invokerStateOf(ofRequests);
    const retryCounts = new Map(
      committed.map((each) => [each.topic, retryCountsOf(committedFor(each.topic, committed))]),
    );
    const sessions = await restoreSessions({
      lane,
      partition,
      topic: topics.shadowResponses,
      from: state.sessionsFrom ?? null,
      streams,
      metrics,
    });
    const at = { lane, partition, state, from, retryCounts };
    const codecs = streams.registry;
    return { task: new InvokerTask({ ...at, caller, pace, codecs, topics, metrics, sessions, wake }), start };
  };

  async function firstRequest(partition: number): Promise<number> {
    const begun = lane.run.starts.find((each) => each.partition === partition);
    if (begun !== undefined) return begun.offset;
    const [offset] = await streams.admin.offsetsAtTime(topics.requests, lane.run.start, [partition]);
    if (offset === undefined) throw new Error(`no offset for ${topics.requests}/${partition}`);
    return offset;
  }

  async function firstRetry(topic: string, partition: number): Promise<number> {
    const bounds = (await streams.admin.bounds(topic))[partition];
    if (bounds === undefined) throw new Error(`no partition ${topic}/${partition}`);
    return bounds.start;
  }
}

type Committed = CommittedOffset & { readonly offset: number };

/** Null where nothing is committed. */
function committedFor(topic: string, committed: readonly CommittedOffset[]): Committed | null {
  const found = committed.find((each) => each.topic === topic);
  return found === undefined || found.offset === null ? null : { ...found, offset: found.offset };
}
