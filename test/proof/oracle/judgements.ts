import type { Logged } from './logged.ts';

interface OfWindow {
  readonly windowStart: number;
}

/**
 * Of records of windows, by partition, those that count: windows can be judged again from some window on, in all
 * partitions, and a header says how many times that had happened.
 */
export function newestJudgements<T extends OfWindow>(
  partitions: readonly (readonly Logged<T>[])[],
): readonly (readonly Logged<T>[])[] {
  const beginnings = new Map<number, number>();
  for (const record of partitions.flat()) {
    const judgement = judgementOf(record);
    const start = record.value?.windowStart ?? Infinity;
    beginnings.set(judgement, Math.min(start, beginnings.get(judgement) ?? Infinity));
  }
  const isJudgedAgain = (record: Logged<T>): boolean =>
    [...beginnings].some(
      ([judgement, beginning]) =>
        judgement > judgementOf(record) && (record.value?.windowStart ?? -Infinity) >= beginning,
    );
  return partitions.map((records) => records.filter((record) => !isJudgedAgain(record)));
}

function judgementOf({ raw }: Logged<unknown>): number {
  return Number(raw.headers['understudy-judgement'] ?? 0);
}
