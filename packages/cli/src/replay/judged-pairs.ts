import { judgementOf, laneOf, topicNames } from '@understudy/domain';
import type { Comparison, Run } from '@understudy/schemas-avro';
import { readLog } from '@understudy/streams';
import type { OpenReplays } from './open-replays.ts';

/** A request that a run has compared with production. */
export interface JudgedPair {
  /** Of the request, in its partition. */
  readonly offset: number;
  readonly exchangeId: string;
  readonly agrees: boolean;
  /** Answered after it was deferred: its window is a later one than the request's. */
  readonly isRecovery: boolean;
}

export interface PairsQuestion {
  readonly of: Run;
  /** Of windows from here on, ms since the epoch. */
  readonly from: number;
  /** Excluded; null: all there are. */
  readonly to: number | null;
  readonly partition: number;
}

/** Brokers' clocks may differ by so much: comparisons of a window are appended after it began, by another one's. */
const toleranceMs = 10_000;

/**
 * The pairs of one partition of a run, by its windows; in each those of its own requests first, in their order, then those
 * of recoveries. Holds one window's pairs.
 */
export async function* judgedPairs(
  open: OpenReplays,
  question: PairsQuestion,
): AsyncGenerator<JudgedPair, void, undefined> {
  let window: number | null = null;
  let pairs: JudgedPair[] = [];
  for await (const comparison of comparisonsOf(open, question)) {
    if (comparison.windowStart !== window) {
      yield* inOrder(pairs);
      pairs = [];
      window = comparison.windowStart;
    }
    for (const pair of pairsIn(comparison)) pairs.push(pair);
  }
  yield* inOrder(pairs);
}

/** In the order of their windows: where windows were judged again, only the newest judgement of each. */
async function* comparisonsOf(
  open: OpenReplays,
  question: PairsQuestion,
): AsyncGenerator<Comparison, void, undefined> {
  const { from, to } = question;
  const firstOf = await firstWindows(open, question);
  const newest = Math.max(...firstOf.keys());
  for await (const { comparison, judgement } of recordsOf(open, question)) {
    const { windowStart } = comparison;
    const isOver = to !== null && windowStart >= to;
    if (isOver && judgement === newest) return;
    const isJudgedAgain = [...firstOf].some(([later, first]) => later > judgement && first <= windowStart);
    if (windowStart >= from && !isOver && !isJudgedAgain) yield comparison;
  }
}

/** The first window of each judgement that is in the log; nearly always of the only one. */
async function firstWindows(
  open: OpenReplays,
  question: PairsQuestion,
): Promise<ReadonlyMap<number, number>> {
  const firstOf = new Map<number, number>();
  for await (const { value, headers } of logOf(open, question)) {
    const judgement = judgementOf(headers);
    if (value === null || firstOf.has(judgement)) continue;
    firstOf.set(judgement, (await open.registry.decode('comparison', value)).windowStart);
  }
  return firstOf;
}

async function* recordsOf(
  open: OpenReplays,
  question: PairsQuestion,
): AsyncGenerator<{ readonly comparison: Comparison; readonly judgement: number }, void, undefined> {
  for await (const { value, headers } of logOf(open, question)) {
    if (value === null) continue;
    yield {
      comparison: await open.registry.decode('comparison', value),
      judgement: judgementOf(headers),
    };
  }
}

async function* logOf(
  { connection, admin, config }: OpenReplays,
  { of, from, partition }: PairsQuestion,
): ReturnType<typeof readLog> {
  const lane = laneOf(of.lane);
  if (lane === null) return;
  const topic = topicNames(config.kafka.prefix).comparisons(lane);
  const [first = 0] = await admin.offsetsAtTime(topic, from - toleranceMs, [partition]);
  yield* readLog(connection, { topic, partitions: [partition], from: new Map([[partition, first]]) });
}

function inOrder(pairs: readonly JudgedPair[]): readonly JudgedPair[] {
  return pairs.toSorted((a, b) => Number(a.isRecovery) - Number(b.isRecovery) || a.offset - b.offset);
}

function* pairsIn({
  recovery: isRecovery,
  diverging,
  agreeing,
  unkept,
}: Comparison): Generator<JudgedPair, void, undefined> {
  if (diverging !== null) {
    const { requestOffset: offset, exchangeId } = diverging;
    yield { offset, exchangeId, agrees: false, isRecovery };
  }
  for (const [packed, agrees] of [
    [agreeing, true],
    [unkept, false],
  ] as const) {
    for (const [index, exchangeId] of (packed?.exchangeIds ?? []).entries())
      yield { offset: packed?.requestOffsets[index] ?? 0, exchangeId, agrees, isRecovery };
  }
}
