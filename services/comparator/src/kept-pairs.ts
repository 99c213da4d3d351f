import { hash } from 'node:crypto';
import type { KeepConfig } from '@understudy/config';
import type { Comparison, DivergingPair, Segment } from '@understudy/schemas-avro';
import type { Judgement } from './judge.ts';
import type { Entry } from './entry.ts';

/** Agreeing pairs in one record. */
const pairsPerRecord = 1_000;

interface Kept {
  readonly rank: string;
  readonly pair: DivergingPair;
}

/**
 * The pairs of one window: all agreeing ones by id, and diverging ones with their bodies, those of lowest hash
 * where there are more than may be kept. Which are kept depends on the ids alone.
 */
export class KeptPairs {
  readonly #keep: KeepConfig;
  readonly #agreeing: { readonly exchangeId: string; readonly requestOffset: number }[] = [];
  #diverging: Kept[] = [];

  constructor(keep: KeepConfig) {
    this.#keep = keep;
  }

  keep(entry: Entry, judgement: Judgement & { outcome: 'compared' }, segments: readonly Segment[]): void {
    const { exchangeId, offset } = entry.request;
    if (exchangeId === null) return;
    if (judgement.comparison.outcome === 'agree') {
      this.#agreeing.push({ exchangeId, requestOffset: offset });
      return;
    }
    const rank = hash('sha256', `kept\0${exchangeId}\0${offset}`);
    this.#diverging.push({ rank, pair: this.#diverged(exchangeId, entry, judgement, segments) });
    // Sorting at twice the limit keeps memory bounded and costs little a pair.
    if (this.#diverging.length >= 2 * this.#keep.divergingPairs + 1) this.#drop();
  }

  toRecords(window: Pick<Comparison, 'lane' | 'windowStart' | 'windowEnd'>): readonly Comparison[] {
    this.#drop();
    const diverging = this.#diverging
      .map(({ pair }) => pair)
      .toSorted((a, b) => a.requestOffset - b.requestOffset);
    const agreeing = this.#agreeing.toSorted((a, b) => a.requestOffset - b.requestOffset);
    return [
      ...diverging.map((pair) => ({ ...window, diverging: pair, agreeing: null })),
      ...chunks(agreeing, pairsPerRecord).map((chunk) => ({
        ...window,
        diverging: null,
        agreeing: {
          exchangeIds: chunk.map(({ exchangeId }) => exchangeId),
          requestOffsets: chunk.map(({ requestOffset }) => requestOffset),
        },
      })),
    ];
  }

  #drop(): void {
    this.#diverging = this.#diverging
      .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
      .slice(0, this.#keep.divergingPairs);
  }

  #diverged(
    exchangeId: string,
    { request, production, shadow }: Entry,
    judgement: Judgement & { outcome: 'compared' },
    segments: readonly Segment[],
  ): DivergingPair {
    const { score, differences } = judgement.comparison;
    return {
      exchangeId,
      requestId: request.payload?.requestId ?? null,
      requestTime: request.timeMs,
      requestOffset: request.offset,
      productionOffset: production?.offset ?? null,
      shadowOffset: shadow.offset,
      score,
      differences,
      segments: Object.fromEntries(segments.map(({ field, value }) => [field, value])),
      requestBody: this.#begin(request.payload?.body),
      productionBody: this.#begin(judgement.production.body),
      shadowBody: this.#begin(judgement.shadow.body),
      productionLatencyMs: production?.result.latencyMs ?? 0,
      shadowLatencyMs: shadow.response.latencyMs ?? 0,
    };
  }

  #begin(body: Buffer | undefined): Buffer {
    return body?.subarray(0, this.#keep.bodyBytes) ?? Buffer.alloc(0);
  }
}

function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
