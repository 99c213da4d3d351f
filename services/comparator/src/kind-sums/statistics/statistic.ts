import type { StatisticName } from '@understudy/domain';
import type { Statistic } from '@understudy/schemas-avro';

/** What a statistic is made of; what is left out it never has. */
export interface StatisticValues {
  readonly estimate?: number | null;
  readonly lower?: number | null;
  readonly upper?: number | null;
  readonly pValue?: number | null;
  /** Why a value that is given is null; null or left out where none is. */
  readonly reason?: string | null;
}

const significantDigits = 6;

/** A statistic as it is published. */
export function statistic(name: StatisticName, values: StatisticValues): Statistic {
  return {
    name,
    estimate: rounded(values.estimate),
    lower: rounded(values.lower),
    upper: rounded(values.upper),
    pValue: rounded(values.pValue),
    reason: values.reason ?? null,
  };
}

/** So that the last bits, which depend on the order of sums, are not published. */
function rounded(value: number | null = null): number | null {
  return value === null ? null : Number(value.toPrecision(significantDigits));
}
