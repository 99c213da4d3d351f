import type { Comparison, DivergingPair } from '@understudy/schemas-avro';

/** A pair that differs, as the comparator writes it; `given` replaces what a test is about. */
export function divergingPair(given: Partial<DivergingPair> = {}): DivergingPair {
  return {
    exchangeId: 'x1',
    requestId: 'a0123',
    requestTime: 1_000,
    requestOffset: 7,
    productionOffset: 8,
    shadowOffset: 9,
    score: 0,
    productionOutput: '"approved"',
    shadowOutput: '"denied"',
    differences: [{ category: 'class', path: '/decision', production: '"approved"', shadow: '"denied"' }],
    segments: { self_employed: 'yes' },
    requestBody: Buffer.from('{"applicant_id":"a0123","self_employed":"yes","debt_to_income":0.31}'),
    productionBody: Buffer.from('{"decision":"approved","score":0.0912345}'),
    shadowBody: Buffer.from('{"decision":"denied","score":0.99}'),
    productionLatencyMs: 4,
    shadowLatencyMs: 9,
    ...given,
  };
}

export function diverging(given: Partial<DivergingPair> = {}, windowStart: number = 0): Comparison {
  const diverging = divergingPair(given);
  return {
    lane: 'mortgage.boosted.live',
    windowStart,
    windowEnd: windowStart + 5_000,
    recovery: false,
    diverging,
    agreeing: null,
    unkept: null,
  };
}
