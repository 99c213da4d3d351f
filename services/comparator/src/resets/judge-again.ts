import {
  boundaryAt,
  type CommitPosition,
  encodeState,
  heldFrom,
  type IncomingRecord,
  type LogAccess,
  type OffsetsReset,
  parseLetter,
  readableState,
  readLog,
  type RecordSource,
  untilSettled,
  wasReset,
} from '@understudy/streams';
import type { ComparatorLane } from '../comparator-lane.ts';
import { clockToleranceMs } from '../join.ts';
import { type JoinState, mergeStateFrom, type MergeState } from '../lane-states.ts';
import { joinStarts } from '../open-tasks.ts';
import { judgedBefore } from './judged-before.ts';

export interface LaneAccess extends LogAccess {
  readonly lane: ComparatorLane;
}

/**
 * Where a lane's tasks go on after offsets of its comparator's group were reset: all joins, and the merge, at the earliest
 * window boundary of the requests partitions that were reset, but not before what the log still holds, and not after the
 * first window that was not judged. So a reset of another input alone is undone, and so is one forward: nothing is ever left out.
 * Where offsets have expired, they go on at that window; a partition of which the log may not hold all since then halts there.
 */
export async function judgeAgain(
  options: LaneAccess,
  { committed, number }: OffsetsReset,
): Promise<readonly CommitPosition[]> {
  const { connection, admin, lane } = options;
  const { topics, lanePartition } = lane;
  const merge = committed.filter(
    (of) => of.topic === topics.windowParts && of.offset !== null && !wasReset(of),
  );
  const next = readableState(null, () => (merge.length === 0 ? null : mergeStateFrom(lane, merge).next));
  const inputs = await heldInputs(options);
  const everythingFrom = Math.max(...inputs.map(({ from }) => from));
  const wanted = Math.max(await wantedBoundary(options, committed), everythingFrom);
  const hasExpired = committed.every(({ offset }) => offset === null);
  const before = await judgedBefore({ ...options, boundary: wanted, next });
  const { boundary, last, isCut, silence } = before;
  // The count of resets may have expired, too.
  const judgement = Math.max(number, before.judgement + 1);
  const lost = last === null && isCut ? boundary : null;
  const state: MergeState = { next: boundary, last, lost, judgement, silence };
  // Behind every part of an earlier judgement: their writers are shut out, so none comes after them.
  await untilSettled(connection, topics.windowParts, [lanePartition]);
  const offset = (await admin.bounds(topics.windowParts))[lanePartition]?.end ?? 0;
  return [
    ...(await joinPositions(options, hasExpired ? inputs : [], { start: boundary, judgement })),
    { topic: topics.windowParts, partition: lanePartition, offset, metadata: encodeState(state) },
  ];
}

/** The earliest one that a reset of requests asks for; Infinity: none does. */
async function wantedBoundary(options: LaneAccess, committed: OffsetsReset['committed']): Promise<number> {
  const { topics, ready } = options.lane;
  let earliest = Infinity;
  for (const reset of committed) {
    if (reset.topic !== topics.requests || reset.offset === null || !wasReset(reset)) continue;
    const { topic, partition, offset } = reset;
    const boundary = await boundaryAt(options, { topic, partition, offset }, ready.experiment.windowMs);
    earliest = Math.min(earliest, boundary ?? Infinity);
  }
  return earliest;
}

/** One partition of an input. */
interface HeldInput {
  readonly topic: string;
  readonly partition: number;
  /** The first boundary from which on the log holds all of it, ms since the epoch. */
  readonly from: number;
}

async function heldInputs(options: LaneAccess): Promise<readonly HeldInput[]> {
  const { topics, ready, partitions } = options.lane;
  const { windowMs } = ready.experiment;
  const inputs: HeldInput[] = [];
  for (const topic of [topics.requests, topics.productionResponses, topics.shadowResponses]) {
    const aheadMs = topic === topics.requests ? 0 : clockToleranceMs;
    for (let partition = 0; partition < partitions; partition += 1)
      inputs.push({
        topic,
        partition,
        from: await heldFrom(options, { topic, partition }, { windowMs, aheadMs }),
      });
  }
  return inputs;
}

/** @param inputs - those of which records may be missing that nobody has read */
async function joinPositions(
  options: LaneAccess,
  inputs: readonly HeldInput[],
  { start, judgement }: Pick<JoinState, 'start' | 'judgement'>,
): Promise<readonly CommitPosition[]> {
  const { admin, lane } = options;
  const buried = await buriedUpTo(options);
  const positions: CommitPosition[] = [];
  for (const [topic, timeMs] of joinStarts(lane, { start })) {
    const offsets = await admin.offsetsAtTime(topic, timeMs);
    for (const [partition, atTime] of offsets.entries()) {
      const input = inputs.find((held) => held.topic === topic && held.partition === partition);
      const isGone = start < (input?.from ?? -Infinity);
      // Before what the log holds: so the task halts, until a person has accepted that as a gap.
      const offset = isGone ? Math.max(0, atTime - 1) : atTime;
      const state: JoinState = { start, judgement, buried: buried.get(partition) ?? {} };
      positions.push({ topic, partition, offset, metadata: encodeState(state) });
    }
  }
  return positions;
}

/** By partition and topic, the offset behind the last record that the lane's joins have put among the dead letters. */
async function buriedUpTo({
  connection,
  lane,
}: LaneAccess): Promise<ReadonlyMap<number, Record<string, number>>> {
  const buried = new Map<number, Record<string, number>>();
  for await (const record of readLog(connection, { topic: lane.topics.deadLetters })) {
    const source = sourceOf(lane, record);
    if (source === null) continue;
    const of = buried.get(source.partition) ?? {};
    buried.set(source.partition, of);
    of[source.topic] = Math.max(of[source.topic] ?? 0, source.offset + 1);
  }
  return buried;
}

function sourceOf({ name }: ComparatorLane, { value, headers }: IncomingRecord): RecordSource | null {
  const letter = value === null ? null : parseLetter(headers);
  return letter?.stage === 'comparator' && letter.lane === name ? letter.source : null;
}
