import { hash } from 'node:crypto';
import type { KeepConfig } from '@understudy/config';
import type { Comparison, DivergingPair, Segment } from '@understudy/schemas-avro';
import { type PackedPair, packPairs } from './packed-pairs.ts';
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

/** A caller's id that is longer is left out: it comes from outside, and a thousand have to fit into a record. */
const maxRequestIdLength = 200;

/**
 * The pairs of one window: all agreeing ones by id, and diverging ones with their bodies, those of lowest hash
 * where there are more than may be kept; the others by id, too. Which are kept depends on the ids alone.
 */
export class KeptPairs {
  readonly #keep: KeepConfig;
  readonly #recovery: boolean;
  readonly #agreeing: PackedPair[] = [];
  readonly #unkept: PackedPair[] = [];
  #diverging: Kept[] = [];

  /** @param recovery - whether the pairs are of recovered requests; default false */
  constructor(keep: KeepConfig, recovery: boolean = false) {
    this.#keep = keep;
    this.#recovery = recovery;
  }

  keep(entry: Entry, judgement: Judgement & { outcome: 'compared' }, segments: readonly Segment[]): void {
    const { exchangeId, offset } = entry.request;
    if (exchangeId === null) return;
    const { outcome, outputs } = judgement.comparison;
    if (outcome === 'agree') {
      const productionOutput = outputs?.production ?? null;
      // Most answers agree in the very text: one copy of it is enough.
      const shadowOutput =
        outputs?.shadow === productionOutput ? productionOutput : (outputs?.shadow ?? null);
      const requestId = requestIdOf(entry);
      this.#agreeing.push({ exchangeId, requestOffset: offset, requestId, productionOutput, shadowOutput });
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
    const none = { ...window, recovery: this.#recovery, diverging: null, agreeing: null, unkept: null };
    return [
      ...diverging.map(({ pair, headers }) => ({ comparison: { ...none, diverging: pair }, headers })),
      ...packPairs(this.#unkept).map((unkept) => ({ comparison: { ...none, unkept }, headers: {} })),
      ...packPairs(this.#agreeing).map((agreeing) => ({ comparison: { ...none, agreeing }, headers: {} })),
    ];
  }

  #drop(): void {
    const ranked = this.#diverging.toSorted((a, b) => (a.rank < b.rank ? -1 : 1));
    this.#diverging = ranked.slice(0, this.#keep.divergingPairs);
    for (const { pair } of ranked.slice(this.#keep.divergingPairs)) this.#unkept.push(packed(pair));
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
      requestId: requestIdOf({ request }),
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

  /** A copy: a view would hold its record, and that its neighbours, until the window closes. */
  #begin(body: Buffer | undefined): Buffer {
    return body === undefined ? Buffer.alloc(0) : Buffer.from(body.subarray(0, this.#keep.bodyBytes));
  }
}

function requestIdOf({ request }: Pick<Entry, 'request'>): string | null {
  const requestId = request.payload?.requestId ?? null;
  return requestId !== null && requestId.length > maxRequestIdLength ? null : requestId;
}

function packed(pair: DivergingPair): PackedPair {
  const { exchangeId, requestOffset, requestId, productionOutput, shadowOutput } = pair;
  return { exchangeId, requestOffset, requestId, productionOutput, shadowOutput };
}
