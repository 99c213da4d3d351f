import type { AgreeingPairs } from '@understudy/schemas-avro';
import type { OutputPair } from '@understudy/comparison';

/** One pair of answers that agree. */
export interface AgreeingPair {
  readonly exchangeId: string;
  readonly requestOffset: number;
  readonly requestId: string | null;
  readonly outputs: OutputPair | null;
}

/** Pairs in one record. */
const maxPairs = 1_000;
/** Text in one record, in UTF-16 units; of at most 3 bytes each, so that a record is below the least limit of 1 MiB. */
const maxTextLength = 200_000;
/** A caller's id that is longer is left out: it comes from outside, and a thousand of them have to fit. */
const maxRequestIdLength = 200;

/** Packs agreeing pairs into as few records as there is room for, in the order of their requests. */
export function packAgreeing(pairs: readonly AgreeingPair[]): readonly AgreeingPairs[] {
  const ordered = pairs.toSorted((a, b) => a.requestOffset - b.requestOffset);
  return cut(ordered).map((chunk) => ({
    exchangeIds: chunk.map(({ exchangeId }) => exchangeId),
    requestOffsets: chunk.map(({ requestOffset }) => requestOffset),
    requestIds: chunk.map(shortRequestId),
    productionOutputs: chunk.map(({ outputs }) => outputs?.production ?? null),
    shadowOutputs: chunk.map(({ outputs }) => outputs?.shadow ?? null),
  }));
}

function cut(pairs: readonly AgreeingPair[]): readonly (readonly AgreeingPair[])[] {
  const chunks: AgreeingPair[][] = [];
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

function textLength(pair: AgreeingPair): number {
  const { exchangeId, outputs } = pair;
  const requestId = shortRequestId(pair);
  return (
    exchangeId.length +
    (requestId?.length ?? 0) +
    (outputs?.production.length ?? 0) +
    (outputs?.shadow.length ?? 0)
  );
}

function shortRequestId({ requestId }: AgreeingPair): string | null {
  return requestId !== null && requestId.length > maxRequestIdLength ? null : requestId;
}
