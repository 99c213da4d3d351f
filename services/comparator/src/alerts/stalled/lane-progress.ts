import { windowStart } from '@understudy/domain';
import {
  invokerProgress,
  type InvokerProgress,
  type KafkaAdmin,
  readableState,
  type StageProgress,
} from '@understudy/streams';
import type { ComparatorLane } from '../../comparator-lane.ts';
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

/** Looks up how far a lane has come: from what its groups have committed, and where the logs end. */
export async function laneProgress({ admin, lane, time }: LaneProgressOptions): Promise<LaneProgress> {
  const { ready, prefix, groupId, topics } = lane;
  const invokers = await invokerProgress({ admin, prefix, lane: ready, requests: topics.requests });
  const inputs = {
    requests: topics.requests,
    'production-responses': topics.productionResponses,
    'shadow-responses': topics.shadowResponses,
  } as const;
  const partitions = invokers.map(({ partition }) => partition);
  const committed = await admin.committed(groupId, Object.values(inputs), partitions);
  const lags: Lag[] = [
    { reader: 'invoker', input: 'requests', records: sum(invokers.map((of) => of.lagRecords)) },
  ];
  for (const input of ['requests', 'production-responses', 'shadow-responses'] as const) {
    const bounds = await admin.bounds(inputs[input]);
    const lag = committed.map(({ topic, partition, offset }) => {
      const { start = 0, end = 0 } = bounds[partition] ?? {};
      return topic === inputs[input] ? Math.max(0, end - (offset ?? start)) : 0;
    });
    lags.push({ reader: 'join', input, records: sum(lag) });
  }
  const joins = invokers.map((invoker) => {
    const of = committed.filter(({ partition }) => partition === invoker.partition);
    // A task that can't read its state is halted: where the run begins, it stands.
    const start = readableState(ready.run.start, () => joinStateFrom(lane, of).start);
    return joinProgress(lane, invoker, start);
  });
  return { stages: [...invokers, ...joins, mergeProgress(lane, joins, time)], lags };
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
