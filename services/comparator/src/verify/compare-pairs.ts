import { type AgreeingPairs, Codec, type Comparison } from '@understudy/schemas-avro';
import { bytesDifference, bytesOf, type Difference, differencesOf, maxTold, or } from './differences.ts';

/** How a pair came out, and where it is told: alone or packed with others. */
interface Pair {
  readonly exchangeId: string;
  readonly outcome: 'agreeing' | 'diverging' | 'diverging, not kept';
  readonly told: unknown;
}

/** What comparing the pairs of a window has come to. */
export interface PairsCompared {
  /** In how many places they differ. */
  readonly differing: number;
  /** The first of these, at most {@link maxTold}. */
  readonly differences: readonly Difference[];
  /** Pairs that were published, and the bytes of their records. */
  readonly count: number;
  readonly bytes: number;
}

export const noPairs: PairsCompared = { differing: 0, differences: [], count: 0, bytes: 0 };

/** Of several partitions. */
export function together(a: PairsCompared, b: PairsCompared): PairsCompared {
  return {
    differing: a.differing + b.differing,
    differences: [...a.differences, ...b.differences].slice(0, maxTold),
    count: a.count + b.count,
    bytes: a.bytes + b.bytes,
  };
}

const codec = new Codec<Comparison>('comparison');

/** What was published of one partition of a window, and what was computed again. */
export function comparedPairs(
  partition: number,
  published: readonly Comparison[],
  computed: readonly Comparison[],
): PairsCompared {
  const bytes = bytesOf(codec, published);
  const inBytes = bytesDifference(`comparisons of partition ${partition}`, bytes, bytesOf(codec, computed));
  const differences = inBytes.length === 0 ? [] : or(pairDifferences(published, computed), inBytes);
  return {
    differing: differences.length,
    differences: differences.slice(0, maxTold),
    count: published.reduce((sum, comparison) => sum + pairsIn(comparison).length, 0),
    bytes: bytes.length,
  };
}

/** What differs between the pairs of one partition of a window, by exchange id. */
function pairDifferences(
  published: readonly Comparison[],
  computed: readonly Comparison[],
): readonly Difference[] {
  const before = byOffset(published);
  const now = byOffset(computed);
  const offsets = [...new Set([...before.keys(), ...now.keys()])].toSorted((a, b) => a - b);
  return offsets.flatMap((offset) => pairDifference(before.get(offset), now.get(offset)));
}

function pairDifference(published: Pair | undefined, computed: Pair | undefined): readonly Difference[] {
  const field = `pairs[${published?.exchangeId ?? computed?.exchangeId ?? ''}]`;
  if (published === undefined || computed === undefined || published.outcome !== computed.outcome) {
    return [{ field, published: published?.outcome ?? null, computed: computed?.outcome ?? null }];
  }
  return differencesOf(field, published.told, computed.told);
}

function byOffset(comparisons: readonly Comparison[]): ReadonlyMap<number, Pair> {
  return new Map(comparisons.flatMap(pairsIn));
}

/** With the request's offset: ids may occur twice. */
function pairsIn({ diverging, agreeing, unkept }: Comparison): readonly (readonly [number, Pair])[] {
  if (diverging !== null) {
    const { exchangeId, requestOffset } = diverging;
    return [[requestOffset, { exchangeId, outcome: 'diverging', told: diverging }]];
  }
  return [...unpacked(agreeing, 'agreeing'), ...unpacked(unkept, 'diverging, not kept')];
}

function unpacked(pairs: AgreeingPairs | null, outcome: Pair['outcome']): (readonly [number, Pair])[] {
  if (pairs === null) return [];
  const { exchangeIds, requestOffsets, requestIds, productionOutputs, shadowOutputs } = pairs;
  return exchangeIds.map((exchangeId, i) => {
    const told = {
      requestId: requestIds[i] ?? null,
      productionOutput: productionOutputs[i] ?? null,
      shadowOutput: shadowOutputs[i] ?? null,
    };
    return [requestOffsets[i] ?? i, { exchangeId, outcome, told }];
  });
}
