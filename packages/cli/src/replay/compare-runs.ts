import { laneOf, topicNames } from '@understudy/domain';
import type { Comparison, Run } from '@understudy/schemas-avro';
import { readLog } from '@understudy/streams';
import { counted } from '../format.ts';
import type { OpenReplays } from './open-replays.ts';

/** Requests that two runs have both compared with production. */
export interface PairCounts {
  readonly bothAgree: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
}

/** Pairs kept in memory at the most: 100 bytes each, or so. */
const maxPairs = 500_000;
const maxRuns = 3;

/** Other runs of the experiment that cover all that a run does, the live one of its shadow first; three at the most. */
export function runsBeside(run: Run, runs: ReadonlyMap<string, Run>): readonly Run[] {
  const own = laneOf(run.lane);
  const isSameShadow = (other: Run): boolean => laneOf(other.lane)?.shadow === own?.shadow;
  return [...runs.values()]
    .filter(({ lane, start, end, state }) => {
      const covers = start <= run.start && (end ?? Infinity) >= (run.end ?? Infinity);
      const isOther = lane !== run.lane && laneOf(lane)?.experiment === own?.experiment;
      return isOther && covers && state !== 'cancelled';
    })
    .toSorted((a, b) => rank(a) - rank(b) || b.recorded - a.recorded)
    .slice(0, maxRuns);

  function rank(other: Run): number {
    return (isSameShadow(other) ? 0 : 2) + (other.kind === 'live' ? 0 : 1);
  }
}

/** Two runs, request by request: from their comparisons of the windows that the first one has. */
export async function compareRuns(open: OpenReplays, first: Run, second: Run): Promise<PairCounts> {
  const ofFirst = new Map<string, boolean>();
  for await (const [exchangeId, agrees] of pairsOf(open, first, first)) {
    ofFirst.set(exchangeId, agrees);
    if (ofFirst.size === maxPairs) break;
  }
  const counts = { bothAgree: 0, onlyFirst: 0, onlySecond: 0, neither: 0 };
  for await (const [exchangeId, agrees] of pairsOf(open, second, first)) {
    const before = ofFirst.get(exchangeId);
    if (before === undefined) continue;
    if (before) counts[agrees ? 'bothAgree' : 'onlyFirst'] += 1;
    else counts[agrees ? 'onlySecond' : 'neither'] += 1;
  }
  return counts;
}

export function compareRunsText(counts: PairCounts, second: string): string {
  const { bothAgree, onlyFirst, onlySecond, neither } = counts;
  const pairs = bothAgree + onlyFirst + onlySecond + neither;
  if (pairs === 0) return `  No request was compared in ${second} too.`;
  return (
    `  Beside ${second}, over the same ${counted(pairs, 'request')}: both agree with production on ${bothAgree}, ` +
    `only this run on ${onlyFirst}, only the other on ${onlySecond}, neither on ${neither}.`
  );
}

async function* pairsOf(
  { connection, registry, config }: OpenReplays,
  of: Run,
  within: Run,
): AsyncGenerator<readonly [exchangeId: string, agrees: boolean]> {
  const lane = laneOf(of.lane);
  if (lane === null) return;
  const topic = topicNames(config.kafka.prefix).comparisons(lane);
  for await (const { value } of readLog(connection, { topic })) {
    if (value === null) continue;
    const comparison = await registry.decode('comparison', value);
    if (comparison.windowStart >= within.start && comparison.windowStart < (within.end ?? Infinity))
      yield* pairsIn(comparison);
  }
}

function* pairsIn({ diverging, agreeing, unkept }: Comparison): Generator<readonly [string, boolean]> {
  if (diverging !== null) yield [diverging.exchangeId, false];
  for (const exchangeId of agreeing?.exchangeIds ?? []) yield [exchangeId, true];
  for (const exchangeId of unkept?.exchangeIds ?? []) yield [exchangeId, false];
}
