import { windowStart } from '@understudy/domain';
import {
  boundsInRun,
  invokerProgress,
  type InvokerProgress,
  type KafkaAdmin,
  readableState,
  type StageProgress,
} from '@understudy/streams';
import { calledLane, type ComparatorLane } from '../../comparator-lane.ts';
import type { LaneTime } from '../../lane-time.ts';
import { joinStateFrom } from '../../lane-states.ts';

/** Records of one input that its reader has not committed yet, over all partitions. */
export interface Lag {
  readonly reader: 'invoker' | 'join';
  readonly input: 'requests' | 'production-responses' | 'shadow-responses';
  readonly records: number;
}

/** Every task of a lane, in the way of the data. */
export interface LaneProgress {
  readonly stages: readonly StageProgress[];
  readonly lags: readonly Lag[];
}

export interface LaneProgressOptions {
  readonly admin: KafkaAdmin;
  readonly lane: ComparatorLane;
  readonly time: LaneTime;
}

/**
 * Looks up how far a lane has come: from what its groups have committed, and where the logs end, or the run does. Whose
 * calls are judged again has an invoker of its own, which is no stage of this lane.
 */
export async function laneProgress({ admin, lane, time }: LaneProgressOptions): Promise<LaneProgress> {
  const { ready, prefix, groupId, topics } = lane;
  const isCalled = ready.run.kind !== 'rejudge';
  const called = { ...ready, lane: calledLane(ready) };
  const invokers = await invokerProgress({ admin, prefix, lane: called, requests: topics.requests });
  const inputs = {
    requests: topics.requests,
    'production-responses': topics.productionResponses,
    'shadow-responses': topics.shadowResponses,
  } as const;
  const partitions = invokers.map(({ partition }) => partition);
  const committed = await admin.committed(groupId, Object.values(inputs), partitions);
  const ofInvoker = sum(invokers.map((of) => of.lagRecords));
  const lags: Lag[] = isCalled ? [{ reader: 'invoker', input: 'requests', records: ofInvoker }] : [];
  for (const input of ['requests', 'production-responses', 'shadow-responses'] as const) {
    const topic = inputs[input];
    // Shadow responses of a run over the past are appended long after its end.
    const bounds = await (input === 'shadow-responses'
      ? admin.bounds(topic)
      : boundsInRun(admin, topic, ready.run));
    const lag = committed.map(({ topic: of, partition, offset }) => {
      const { start = 0, end = 0 } = bounds[partition] ?? {};
      return of === topic ? Math.max(0, end - (offset ?? start)) : 0;
    });
    lags.push({ reader: 'join', input, records: sum(lag) });
  }
  const joins = invokers.map((invoker) => {
    const of = committed.filter(({ partition }) => partition === invoker.partition);
    // A task that can't read its state is halted: where the run begins, it stands.
    const start = readableState(ready.run.start, () => joinStateFrom(lane, of).start);
    return joinProgress(lane, invoker, start);
  });
  const stages = [...joins, mergeProgress(lane, joins, time)];
  return { stages: isCalled ? [...invokers, ...stages] : stages, lags };
}

/** A join has what it needs when the frontier has passed the window, and production has answered or its deadline is over. */
function joinProgress(
  { ready }: ComparatorLane,
  { partition, frontier }: InvokerProgress,
  start: number,
): StageProgress {
  const isBehind = windowStart(frontier, ready.experiment.windowMs) > start;
  return { stage: 'join', partition, window: start, isBehind };
}

function mergeProgress(
  { lanePartition }: ComparatorLane,
  joins: readonly StageProgress[],
  { next }: LaneTime,
): StageProgress {
  const isBehind = Math.min(...joins.map(({ window }) => window)) > next;
  return { stage: 'merge', partition: lanePartition, window: next, isBehind };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
