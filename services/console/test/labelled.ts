import type { Comparison, Label } from '@understudy/schemas-avro';
import { diverging } from './comparison.ts';

export const boosted = 'mortgage.boosted.live';

/** A record of pairs whose sides both answered `output`; an id that begins with x is the exchange's own. */
export function agreeing(output: string | null, ...ids: readonly string[]): Comparison {
  return {
    ...diverging(),
    diverging: null,
    agreeing: {
      exchangeIds: ids.map((id) => (id.startsWith('x') ? id : `x-${id}`)),
      requestOffsets: ids.map((_, offset) => offset),
      requestIds: ids.map((id) => (id.startsWith('x') ? null : id)),
      productionOutputs: ids.map(() => output),
      shadowOutputs: ids.map(() => output),
    },
  };
}

/** A record of a pair that differs. */
export function differing(
  id: string,
  productionOutput: string,
  shadowOutput: string,
  segments: Readonly<Record<string, string>> = {},
): Comparison {
  const [exchangeId, requestId] = id.startsWith('x') ? [id, null] : [`x-${id}`, id];
  return diverging({ exchangeId, requestId, productionOutput, shadowOutput, segments });
}

export function label(requestId: string, value: unknown, experiment = 'mortgage'): Label {
  return { requestId, experiment, value: JSON.stringify(value), observedTime: 0 };
}
