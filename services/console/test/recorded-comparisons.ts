import type { Comparison } from '@understudy/schemas-avro';
import { diverging } from './comparison.ts';
import { below, type Draw } from './draws.ts';
import { agreeing } from './labelled.ts';

export interface Recorded {
  readonly lane: string;
  /** Of the first window; each is 5 s wide. */
  readonly start: number;
  readonly windows: number;
}

/** Comparisons as a comparator could have written them, of every form and with odd texts in them. */
export function recordedComparisons(draw: Draw, { lane, start, windows }: Recorded): readonly Comparison[] {
  return Array.from({ length: windows }, (_, n) => {
    const windowStart = start + 5_000 * n;
    const window = { lane, windowStart, windowEnd: windowStart + 5_000 };
    const packed = agreeing(
      '"approved"',
      ...Array.from({ length: 1 + below(draw, 40) }, (_, m) => `x${n}-a${m}`),
    );
    const unkept = agreeing('"größer, \\"denied\\""', `u${n}`).agreeing;
    const differing = Array.from({ length: below(draw, 6) }, (_, m) =>
      diverging({
        exchangeId: `x${n}-d${m}`,
        requestId: m % 2 === 0 ? null : `caller's ${n}-${m}`,
        requestTime: windowStart + m,
        requestOffset: 1_000 * n + m,
        productionOffset: m === 3 ? null : m,
        score: draw(1),
        segments: m === 1 ? {} : { 'self, employed': below(draw, 2) === 0 ? 'yes' : 'no' },
        requestBody: m === 2 ? Buffer.from('{"cut": "of') : Buffer.from(`{"amount":${n},"note":"ü\\n"}`),
      }),
    );
    return [
      { ...packed, ...window },
      { ...packed, ...window, recovery: true, agreeing: null, unkept },
      ...differing.map((each) => ({ ...each, ...window })),
    ];
  }).flat();
}
