import type { AgreeingPairs, Comparison, DivergingPair, Label, Review } from '@understudy/schemas-avro';

/** What is stored of one record of the log, and where the record stands. */
export interface StoreRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly rows: StoreRows;
}

/** One kind at a time. */
export type StoreRows =
  | { readonly kind: 'pairs'; readonly window: JudgedWindow; readonly pairs: readonly StoredPair[] }
  | { readonly kind: 'label'; readonly label: StoredLabel }
  | { readonly kind: 'review'; readonly review: Review }
  /** A record that says nothing, but was read. */
  | { readonly kind: 'nothing' };

/** Of two judgements of one window of a lane the higher one counts. */
export interface JudgedWindow {
  readonly lane: string;
  readonly windowStart: number;
  readonly judgement: number;
}

export interface StoredPair {
  readonly agreed: boolean;
  readonly recovery: boolean;
  readonly exchangeId: string;
  readonly requestId: string | null;
  readonly requestOffset: number;
  /** As canonical JSON; null where answers are compared as a whole, or differ in status. */
  readonly productionOutput: string | null;
  readonly shadowOutput: string | null;
  /** Of a diverging pair: everything that was kept. */
  readonly kept: DivergingPair | null;
}

export interface StoredLabel extends Omit<Label, 'value'> {
  /** As `readTruth` gives it. */
  readonly truth: string;
  /** When it was appended, ms since the epoch. */
  readonly logTime: number;
}

/** The pairs of a comparison, whichever of its three forms it has. */
export function pairsOf({ recovery, diverging, agreeing, unkept }: Comparison): readonly StoredPair[] {
  if (diverging !== null) {
    const { exchangeId, requestId, requestOffset, productionOutput, shadowOutput } = diverging;
    const names = { exchangeId, requestId, requestOffset, productionOutput, shadowOutput };
    return [{ ...names, agreed: false, recovery, kept: diverging }];
  }
  if (agreeing !== null) return unpacked(agreeing, { agreed: true, recovery });
  return unkept === null ? [] : unpacked(unkept, { agreed: false, recovery });
}

function unpacked(
  packed: AgreeingPairs,
  same: Pick<StoredPair, 'agreed' | 'recovery'>,
): readonly StoredPair[] {
  return packed.exchangeIds.map((exchangeId, index) => ({
    ...same,
    exchangeId,
    requestId: packed.requestIds[index] ?? null,
    requestOffset: packed.requestOffsets[index] ?? 0,
    productionOutput: packed.productionOutputs[index] ?? null,
    shadowOutput: packed.shadowOutputs[index] ?? null,
    kept: null,
  }));
}
