import { laneOf } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import { count, counted } from '../format.ts';
import { judgedPairs } from './judged-pairs.ts';
import { mergePairs } from './merge-pairs.ts';
import type { OpenReplays } from './open-replays.ts';

/** Requests that two runs have both compared with production. */
export interface PairCounts {
  readonly bothAgree: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly neither: number;
  /** Of which it is not known whether both have compared them. */
  readonly untold: number;
  /** Exchange ids of requests on which only one agrees, the first few. */
  readonly examples: { readonly onlyFirst: readonly string[]; readonly onlySecond: readonly string[] };
}

const maxRuns = 3;
/** Of each kind. */
const maxExamples = 5;

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

/** Two runs, request by request, over the windows that both cover: merged partition by partition, so of any length. */
export async function compareRuns(open: OpenReplays, first: Run, second: Run): Promise<PairCounts> {
  const from = Math.max(first.start, second.start);
  const end = Math.min(first.end ?? Infinity, second.end ?? Infinity);
  const to = end === Infinity ? null : end;
  const counts = { bothAgree: 0, onlyFirst: 0, onlySecond: 0, neither: 0, untold: 0 };
  const examples = { onlyFirst: [] as string[], onlySecond: [] as string[] };
  for (let partition = 0; partition < open.config.kafka.partitions; partition += 1) {
    counts.untold += await mergePairs({
      first: judgedPairs(open, { of: first, from, to, partition }),
      second: judgedPairs(open, { of: second, from, to, partition }),
      onPair: (pair) => {
        if (pair.first === pair.second) counts[pair.first ? 'bothAgree' : 'neither'] += 1;
        else {
          const only = pair.first ? 'onlyFirst' : 'onlySecond';
          counts[only] += 1;
          if (examples[only].length < maxExamples) examples[only].push(pair.exchangeId);
        }
      },
    });
  }
  return { ...counts, examples };
}

export function compareRunsText(counts: Omit<PairCounts, 'examples'>, second: string): string {
  const { bothAgree, onlyFirst, onlySecond, neither, untold } = counts;
  const pairs = bothAgree + onlyFirst + onlySecond + neither;
  if (pairs === 0) return `  No request was compared in ${second} too.`;
  const more = untold === 0 ? '' : ` Of ${count(untold)} more it can't be told: too many were deferred.`;
  return (
    `  Beside ${second}, over the same ${counted(pairs, 'request')}: both agree with production on ${count(bothAgree)}, ` +
    `only this run on ${count(onlyFirst)}, only the other on ${count(onlySecond)}, neither on ${count(neither)}.${more}`
  );
}

/** Exchange ids to look at, under {@link compareRunsText}; empty where both agree on the same requests. */
export function examplesText({ examples }: Pick<PairCounts, 'examples'>): string {
  const lines: readonly (readonly [string, readonly string[]])[] = [
    ['only this run agrees', examples.onlyFirst],
    ['only the other agrees', examples.onlySecond],
  ];
  return lines
    .flatMap(([says, ids]) => (ids.length === 0 ? [] : [`    ${says}: ${ids.join(', ')}\n`]))
    .join('');
}
