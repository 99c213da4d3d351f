import type { DivergingPair } from '@understudy/schemas-avro';

/** A row of `pairs` as a question finds it. */
export interface PairRow {
  readonly lane: string;
  readonly window_start: number;
  readonly judgement: number;
  readonly recovery: boolean;
  readonly agreed: boolean;
  readonly exchange_id: string;
  readonly request_id: string | null;
  readonly part: number;
  readonly request_offset: number;
  readonly production_output: string | null;
  readonly shadow_output: string | null;
  readonly request_time: number | null;
  readonly score: number | null;
  readonly production_offset: number | null;
  readonly shadow_offset: number | null;
  readonly production_latency_ms: number | null;
  readonly shadow_latency_ms: number | null;
  readonly segments: readonly { readonly key: string; readonly value: string }[] | null;
  readonly differences: string | null;
  readonly request_body: Uint8Array | null;
  readonly production_body: Uint8Array | null;
  readonly shadow_body: Uint8Array | null;
}

/** The pair as the comparator wrote it, bodies as far as the store keeps them; null of one of which nothing was kept. */
export function toDivergingPair(row: PairRow): DivergingPair | null {
  if (row.score === null || row.request_time === null) return null;
  return {
    exchangeId: row.exchange_id,
    requestId: row.request_id,
    requestTime: row.request_time,
    requestOffset: row.request_offset,
    productionOffset: row.production_offset,
    shadowOffset: row.shadow_offset ?? 0,
    score: row.score,
    differences: JSON.parse(row.differences ?? '[]') as DivergingPair['differences'],
    segments: Object.fromEntries((row.segments ?? []).map(({ key, value }) => [key, value])),
    requestBody: Buffer.from(row.request_body ?? []),
    productionBody: Buffer.from(row.production_body ?? []),
    shadowBody: Buffer.from(row.shadow_body ?? []),
    productionLatencyMs: row.production_latency_ms ?? 0,
    shadowLatencyMs: row.shadow_latency_ms ?? 0,
    productionOutput: row.production_output,
    shadowOutput: row.shadow_output,
  };
}
