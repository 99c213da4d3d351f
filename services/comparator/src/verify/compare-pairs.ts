import type { AgreeingPairs, Comparison } from '@understudy/schemas-avro';
import { type Difference, differencesOf } from './differences.ts';

/** How a pair came out, and where it is told: alone or packed with others. */
interface Pair {
  readonly exchangeId: string;
  readonly outcome: 'agreeing' | 'diverging' | 'diverging, not kept';
  readonly told: unknown;
}

/** Pairs in records of comparisons. */
export function countPairs(comparisons: readonly Comparison[]): number {
  return comparisons.reduce((sum, comparison) => sum + pairsIn(comparison).length, 0);
}

/** What differs between the pairs of one partition of a window, by exchange id. */
export function pairDifferences(
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
