import { hash } from 'node:crypto';
import type { KeepConfig } from '@understudy/config';
import type { Comparison, DivergingPair, Segment } from '@understudy/schemas-avro';
import { type AgreeingPair, packAgreeing } from './agreeing-pairs.ts';
import type { Judgement } from './judge.ts';
import type { Entry } from './entry.ts';

interface Kept {
  readonly rank: string;
  readonly pair: DivergingPair;
  readonly headers: Headers;
}

type Headers = Readonly<Record<string, string>>;

/** A record of the comparisons topic. If it is of one request, its headers have the request's trace context. */
export interface ComparisonRecord {
  readonly comparison: Comparison;
  readonly headers: Headers;
}

/**
 * The pairs of one window: all agreeing ones by id, and diverging ones with their bodies, those of lowest hash
 * where there are more than may be kept. Which are kept depends on the ids alone.
 */
export class KeptPairs {
  readonly #keep: KeepConfig;
  readonly #agreeing: AgreeingPair[] = [];
  #diverging: Kept[] = [];

  constructor(keep: KeepConfig) {
    this.#keep = keep;
  }

  keep(entry: Entry, judgement: Judgement & { outcome: 'compared' }, segments: readonly Segment[]): void {
    const { exchangeId, offset } = entry.request;
    if (exchangeId === null) return;
    const { outcome, outputs } = judgement.comparison;
    if (outcome === 'agree') {
      const requestId = entry.request.payload?.requestId ?? null;
      this.#agreeing.push({ exchangeId, requestOffset: offset, requestId, outputs });
      return;
    }
    const rank = hash('sha256', `kept\0${exchangeId}\0${offset}`);
    const pair = this.#diverged(exchangeId, entry, judgement, segments);
    this.#diverging.push({ rank, pair, headers: entry.request.payload?.trace ?? {} });
    // Sorting at twice the limit keeps memory bounded and costs little a pair.
    if (this.#diverging.length >= 2 * this.#keep.divergingPairs + 1) this.#drop();
  }

  toRecords(window: Pick<Comparison, 'lane' | 'windowStart' | 'windowEnd'>): readonly ComparisonRecord[] {
    this.#drop();
    const diverging = this.#diverging.toSorted((a, b) => a.pair.requestOffset - b.pair.requestOffset);
    return [
      ...diverging.map(({ pair, headers }) => ({
        comparison: { ...window, diverging: pair, agreeing: null },
        headers,
      })),
      ...packAgreeing(this.#agreeing).map((agreeing) => ({
        comparison: { ...window, diverging: null, agreeing },
        headers: {},
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
    const { score, differences, outputs } = judgement.comparison;
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
      productionOutput: outputs?.production ?? null,
      shadowOutput: outputs?.shadow ?? null,
    };
  }

  #begin(body: Buffer | undefined): Buffer {
    return body?.subarray(0, this.#keep.bodyBytes) ?? Buffer.alloc(0);
  }
}
