import type {
  CommittedOffset,
  LogLookup,
  LogOffsets,
  OpenTask,
  TaskPlan,
  TaskSpec,
  TopicPartition,
} from '@understudy/streams';
import { copartitionedTasks, Coverage } from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { ComparatorLane } from './comparator-lane.ts';
import type { FindingsSettingsAt } from './findings-settings.ts';
import { clockToleranceMs } from './join.ts';
import { JoinTask } from './join-task.ts';
import { type JoinState, joinStateFrom, type MergeState, mergeStateFrom } from './lane-states.ts';
import type { LaneTime } from './lane-time.ts';
import { restoreFrom, MergeTask } from './merge-task.ts';
import { shadowStart } from './shadow-start.ts';

export interface OpenComparatorOptions {
  readonly lane: ComparatorLane;
  readonly settingsAt: FindingsSettingsAt;
  readonly admin: LogOffsets;
  /** Shared by the tasks of the process. */
  readonly lookup: LogLookup;
  /** Kept up to date by the lane's merge, while it is here. */
  readonly time: LaneTime;
  readonly logger: Logger;
  /** Told when the last window of a run that has an end is in the log for good; perhaps more than once. */
  readonly onPublished: () => void;
  /** Told how much more, or less, waits in memory to be joined, bytes. */
  readonly onHeld: (bytes: number) => void;
}

export const mergeId = 'merge';

/** A join for each partition, and one merge for the lane. */
export function comparatorPlan({ topics, partitions, lanePartition }: ComparatorLane): TaskPlan {
  const { requests, productionResponses, shadowResponses, windowParts, divergence } = topics;
  const ofLane = (topic: string): TopicPartition => ({ topic, partition: lanePartition });
  const joined = {
    reads: [requests, productionResponses, shadowResponses],
    writes: [topics.comparisons, topics.deadLetters],
  };
  const joins = copartitionedTasks(joined, partitions).map((join) => ({
    ...join,
    writes: [...join.writes, ofLane(windowParts)],
  }));
  const merge: TaskSpec = {
    id: mergeId,
    inputs: [windowParts, divergence].map(ofLane),
    writes: [divergence, topics.verdicts, topics.alerts].map(ofLane),
  };
  return [...joins, merge];
}

export function openComparatorTask(options: OpenComparatorOptions): OpenTask {
  return async ({ spec, committed }) =>
    spec.id === mergeId ? openMerge(options, committed) : openJoin(options, Number(spec.id), committed);
}

/** From which log time on each input is read: what open windows had read is read again. */
export function joinStarts(
  { topics }: ComparatorLane,
  { start }: Pick<JoinState, 'start'>,
): ReadonlyMap<string, number> {
  return new Map([
    [topics.requests, start],
    [topics.productionResponses, start - clockToleranceMs],
    [topics.shadowResponses, start - clockToleranceMs],
  ]);
}

/**
 * From which offset on an input is read, given the one at its time: never after what is committed, or a record that
 * no window waited for would be passed over, and might be one that can't be read.
 */
export function startOffset(committed: readonly CommittedOffset[], of: string, atTime: number): number {
  return Math.min(atTime, committed.find(({ topic }) => topic === of)?.offset ?? atTime);
}

export interface JoinBeginningOptions {
  readonly committed: readonly CommittedOffset[];
  /** By topic, the offsets at {@link joinStarts}. */
  readonly atTime: ReadonlyMap<string, number>;
  /** It goes on after a gap: what was committed before it is not read, and may be gone. */
  readonly isAfterGap: boolean;
}

/** By topic, where a join's inputs are read from, and the next offset to be processed. */
export function joinBeginning({ committed, atTime, isAfterGap }: JoinBeginningOptions): {
  readonly start: ReadonlyMap<string, number>;
  readonly processed: ReadonlyMap<string, number>;
} {
  const start = new Map(
    [...atTime].map(([topic, offset]) => [
      topic,
      isAfterGap ? offset : startOffset(committed, topic, offset),
    ]),
  );
  const processed = new Map(
    committed.map(({ topic, offset }) => {
      const begun = start.get(topic) ?? 0;
      return [topic, isAfterGap ? Math.max(begun, offset ?? 0) : (offset ?? begun)];
    }),
  );
  return { start, processed };
}

async function openJoin(
  { lane, admin, lookup, onHeld }: OpenComparatorOptions,
  partition: number,
  committed: readonly CommittedOffset[],
): ReturnType<OpenTask> {
  const state = joinStateFrom(lane, committed);
  const from = new Coverage(lane.ready.run, partition).from(state.start);
  const atTime = new Map<string, number>();
  for (const [topic, timeMs] of joinStarts(lane, { start: from })) {
    const [offset] = await admin.offsetsAtTime(topic, timeMs, [partition]);
    if (offset === undefined) throw new Error(`no offset for ${topic}/${partition}`);
    const isShadow = topic === lane.topics.shadowResponses;
    const at = { lookup, codecs: lane.codecs, topic, partition, first: offset };
    atTime.set(topic, isShadow ? await shadowStart(at, from) : offset);
  }
  const { start, processed } = joinBeginning({ committed, atTime, isAfterGap: from > state.start });
  return { task: new JoinTask({ lane, partition, state, processed, lookup, onHeld }), start };
}

async function openMerge(
  { lane, settingsAt, admin, time, onPublished, logger }: OpenComparatorOptions,
  committed: readonly CommittedOffset[],
): ReturnType<OpenTask> {
  const { windowParts, divergence } = lane.topics;
  const before = mergeStateFrom(lane, committed);
  const parts = (await admin.bounds(windowParts))[lane.lanePartition];
  const written = (await admin.bounds(divergence))[lane.lanePartition];
  if (parts === undefined || written === undefined) throw new Error(`no partition ${lane.lanePartition}`);
  const processed = committed.find(({ topic }) => topic === windowParts)?.offset ?? parts.start;
  const from = restoreFrom(before, written);
  const state = from === null ? withoutSums(before, lane.ready.experiment.windowMs) : before;
  if (from === null) logger.warn({ lane: lane.name, since: state.lost }, sumsAreGone);
  const task = new MergeTask({
    lane,
    settingsAt,
    time,
    onPublished,
    state,
    processed,
    divergenceFrom: written.end,
  });
  return {
    task,
    start: new Map([
      [windowParts, processed],
      [divergence, from ?? written.end],
    ]),
  };
}

const sumsAreGone =
  'the records of the last window merged were deleted, and the running sums in them: they begin anew, and so do alerts; ' +
  'keep divergence for longer than the lane is idle (kafka.retentionOf) to keep them';

/** A lane that was idle for longer than `divergence` is kept goes on without what was counted before. */
function withoutSums(state: MergeState, windowMs: number): MergeState {
  const { last } = state;
  return { ...state, last: null, lost: last === null ? state.lost : last.windowStart + windowMs };
}
