import type { CommittedOffset, OpenTask, TaskPlan, TaskSpec } from '@understudy/streams';
import { copartitionedTasks } from '@understudy/streams';
import type { ComparatorLane } from './comparator-lane.ts';
import { decodeState } from './committed-state.ts';
import type { FindingsSettings } from './findings.ts';
import { clockToleranceMs } from './join.ts';
import { JoinTask, type JoinState } from './join-task.ts';
import { checkRestorable, MergeTask, type MergeState } from './merge-task.ts';

const mergeId = 'merge';

/** A join for each partition, and one merge for the lane. */
export function comparatorPlan({ topics, partitions, lanePartition }: ComparatorLane): TaskPlan {
  const { requests, productionResponses, shadowResponses, windowParts, divergence } = topics;
  const merge: TaskSpec = {
    id: mergeId,
    inputs: [
      { topic: windowParts, partition: lanePartition },
      { topic: divergence, partition: lanePartition },
    ],
  };
  return [...copartitionedTasks([requests, productionResponses, shadowResponses], partitions), merge];
}

export function openComparatorTask(lane: ComparatorLane, settings: FindingsSettings): OpenTask {
  return async ({ spec, committed }) =>
    spec.id === mergeId ? openMerge(lane, settings, committed) : openJoin(lane, Number(spec.id), committed);
}

/** A join begins at S, wherever it stopped: what it had read of open windows is read again. */
async function openJoin(
  lane: ComparatorLane,
  partition: number,
  committed: readonly CommittedOffset[],
): ReturnType<OpenTask> {
  const { admin } = lane.streams;
  const { requests, productionResponses, shadowResponses } = lane.topics;
  const before = committed.find(({ topic, offset }) => topic === requests && offset !== null);
  const state: JoinState =
    before === undefined
      ? { start: lane.ready.run.start }
      : decodeState<JoinState>(before, ({ start }) => typeof start === 'number');
  const earlier = state.start - clockToleranceMs;
  const start = new Map<string, number>();
  for (const [topic, timeMs] of [
    [requests, state.start],
    [productionResponses, earlier],
    [shadowResponses, earlier],
  ] as const) {
    const [offset] = await admin.offsetsAtTime(topic, timeMs, [partition]);
    if (offset === undefined) throw new Error(`no offset for ${topic}/${partition}`);
    start.set(topic, offset);
  }
  const processed = new Map(committed.map(({ topic, offset }) => [topic, offset ?? start.get(topic) ?? 0]));
  return { task: new JoinTask({ lane, partition, state, processed }), start };
}

async function openMerge(
  lane: ComparatorLane,
  settings: FindingsSettings,
  committed: readonly CommittedOffset[],
): ReturnType<OpenTask> {
  const { admin } = lane.streams;
  const { windowParts, divergence } = lane.topics;
  const before = committed.find(({ topic, offset }) => topic === windowParts && offset !== null);
  const state: MergeState =
    before === undefined
      ? { next: lane.ready.run.start, last: null }
      : decodeState<MergeState>(before, ({ next, last }) => typeof next === 'number' && last !== undefined);
  const parts = (await admin.bounds(windowParts))[lane.lanePartition];
  const written = (await admin.bounds(divergence))[lane.lanePartition];
  if (parts === undefined || written === undefined) throw new Error(`no partition ${lane.lanePartition}`);
  checkRestorable(state, written, divergence);
  const processed = before?.offset ?? parts.start;
  const task = new MergeTask({ lane, settings, state, processed, divergenceFrom: written.end });
  return {
    task,
    start: new Map([
      [windowParts, processed],
      [divergence, state.last?.from ?? written.end],
    ]),
  };
}
