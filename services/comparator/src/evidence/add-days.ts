import type { Divergence, OffsetRange } from '@understudy/schemas-avro';
import { digestText, mergeDigests } from '../digest.ts';
import { dayMs } from '../units/days.ts';
import type { EvidenceDay } from './bundle.ts';

/** Adds one window, in order of time, to the days before it. */
export function addWindow(days: EvidenceDay[], { windowStart, windowEnd, ...record }: Divergence): void {
  const day = new Date(Math.floor(windowStart / dayMs) * dayMs).toISOString().slice(0, 'YYYY-MM-DD'.length);
  if (days.at(-1)?.day !== day) days.push(nothingOf(day, windowStart));
  const before = days.pop() ?? nothingOf(day, windowStart);
  const { window, receipt, configHash, coverage } = record;
  if (configHash === null || coverage !== null) {
    days.push({ ...before, to: windowEnd, leftOut: before.leftOut + 1 });
    return;
  }
  days.push({
    ...before,
    to: windowEnd,
    windows: before.windows + 1,
    ledger: {
      sampled: before.ledger.sampled + window.ledger.sampled,
      compared: before.ledger.compared + window.ledger.compared,
      notCompared: addCounts(before.ledger.notCompared, window.ledger.notCompared),
    },
    agreed: before.agreed + window.agreed,
    corrected: {
      compared: before.corrected.compared + window.corrections.compared,
      agreed: before.corrected.agreed + window.corrections.agreed,
    },
    digest: receipt === null ? before.digest : mergeDigests(before.digest, receipt.digest),
    offsets: mergeRanges([...before.offsets, ...(receipt?.offsets ?? [])]),
  });
}

function nothingOf(day: string, from: number): EvidenceDay {
  return {
    day,
    windows: 0,
    from,
    to: from,
    ledger: { sampled: 0, compared: 0, notCompared: {} },
    agreed: 0,
    corrected: { compared: 0, agreed: 0 },
    digest: digestText(0n),
    offsets: [],
    leftOut: 0,
  };
}

function addCounts(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return Object.fromEntries(keys.map((key) => [key, (a[key] ?? 0) + (b[key] ?? 0)]));
}

/** One for each partition of a topic, from the first offset to the last. */
function mergeRanges(ranges: readonly OffsetRange[]): readonly OffsetRange[] {
  const merged = new Map<string, OffsetRange>();
  for (const range of ranges) {
    const key = `${range.topic}/${range.partition}`;
    const { first, last } = merged.get(key) ?? range;
    merged.set(key, { ...range, first: Math.min(first, range.first), last: Math.max(last, range.last) });
  }
  return [...merged.values()];
}
