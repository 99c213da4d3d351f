import type { AgreeingPairs } from '@understudy/schemas-avro';

/** A pair without its bodies. */
export interface PackedPair {
  readonly exchangeId: string;
  readonly requestOffset: number;
  readonly requestId: string | null;
  readonly productionOutput: string | null;
  readonly shadowOutput: string | null;
}

/** Pairs in one record. */
const maxPairs = 1_000;
/** Text in one record, in UTF-16 units; of at most 3 bytes each, so that a record is below the least limit of 1 MiB. */
const maxTextLength = 200_000;
/** Packs pairs into as few records as there is room for, in the order of their requests. */
export function packPairs(pairs: readonly PackedPair[]): readonly AgreeingPairs[] {
  const ordered = pairs.toSorted((a, b) => a.requestOffset - b.requestOffset);
  return cut(ordered).map((chunk) => ({
    exchangeIds: chunk.map(({ exchangeId }) => exchangeId),
    requestOffsets: chunk.map(({ requestOffset }) => requestOffset),
    requestIds: chunk.map(({ requestId }) => requestId),
    productionOutputs: chunk.map(({ productionOutput }) => productionOutput),
    shadowOutputs: chunk.map(({ shadowOutput }) => shadowOutput),
  }));
}

function cut(pairs: readonly PackedPair[]): readonly (readonly PackedPair[])[] {
  const chunks: PackedPair[][] = [];
  let room = { pairs: 0, text: 0 };
  for (const pair of pairs) {
    const text = textLength(pair);
    if (room.pairs === 0 || room.text < text) {
      chunks.push([]);
      room = { pairs: maxPairs, text: maxTextLength };
    }
    chunks.at(-1)?.push(pair);
    room = { pairs: room.pairs - 1, text: room.text - text };
  }
  return chunks;
}

function textLength({ exchangeId, requestId, productionOutput, shadowOutput }: PackedPair): number {
  return exchangeId.length + lengthOf(requestId) + lengthOf(productionOutput) + lengthOf(shadowOutput);
}

function lengthOf(text: string | null): number {
  return text?.length ?? 0;
}
