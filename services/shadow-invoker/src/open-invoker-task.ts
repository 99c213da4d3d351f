import type { LogLookup, LogOffsets, OpenTask, ReadyLane, RecordCodecs } from '@understudy/streams';
import type { ShadowCaller } from './call-shadow.ts';
import type { LaneMetrics } from './invoker-metrics.ts';
import { InvokerTask } from './invoker-task.ts';
import type { InvokerTopics } from './invoker-topics.ts';
import type { Pace } from './pace.ts';
import { restoreSessions } from './sessions/restore-sessions.ts';
import { taskStart } from './task-start.ts';

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
 * Opens the tasks of one lane's invoker, each where it begins ({@link taskStart}); what the run does not cover is not called.
 */
export function openInvokerTask({
  lane,
  caller,
  pace,
  streams,
  topics,
  metrics,
}: OpenInvokerOptions): OpenTask {
  const { run } = lane;
  return async ({ spec, committed, wake }) => {
    const partition = Number(spec.id);
    const { start, coveredFrom, state, retryCounts, positions } = await taskStart(
      { run, topics, streams },
      { partition, committed },
    );
    const sessions = await restoreSessions({
      lane,
      partition,
      topic: topics.shadowResponses,
      from: state.sessionsFrom ?? null,
      streams,
      metrics,
    });
    const covered = { ...lane, run: { ...run, start: Math.max(run.start, coveredFrom) } };
    const from = start.get(topics.requests) ?? 0;
    const at = { lane: covered, partition, state, from, retryCounts, positions };
    const codecs = streams.registry;
    return { task: new InvokerTask({ ...at, caller, pace, codecs, topics, metrics, sessions, wake }), start };
  };
}
