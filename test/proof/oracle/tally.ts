import { createHash } from 'node:crypto';
import type { ClassSums, LatencyShift, SegmentSums, ShadowResponse } from '@understudy/schemas-avro';
import type { Entry } from './entries.ts';
import type { Correction, Recovery } from './recoveries.ts';

/** What is counted together: of the whole lane, or of one segment. */
export interface Counted {
  readonly entries: readonly Entry[];
  /** Of the whole lane; none of a segment. */
  readonly recoveries: readonly Recovery[];
  readonly corrections: readonly Correction[];
}

/** Those of the whole lane. */
export function countedOf(entries: readonly Entry[], recoveries: readonly Recovery[]): Counted {
  return { entries, recoveries, corrections: recoveries.flatMap(({ correction }) => correction ?? []) };
}

/** Those of one segment. */
export function countedIn(segment: string, { entries, corrections }: Counted): Counted {
  return {
    entries: entries.filter((entry) => entry.segment === segment),
    recoveries: [],
    corrections: corrections.filter((correction) => correction.segment === segment),
  };
}

/** Counts as text, so that two of them are compared and printed whole. */
export function tallyOf({ entries, recoveries, corrections }: Counted): string {
  const corrected = corrections.filter(({ fate }) => fate.compared);
  const fates = entries.map(({ fate }) => fate);
  return text({
    sampled: entries.length,
    compared: fates.filter(({ compared }) => compared).length,
    agreed: fates.filter((fate) => fate.compared && fate.agreed).length,
    notCompared: counts(fates.flatMap((fate) => (fate.compared ? [] : [fate.reason]))),
    notComparable: fates.filter((fate) => !fate.compared && fate.reason === 'not-comparable').length,
    differences: counts(fates.flatMap((fate) => (fate.compared ? fate.categories : []))),
    recovered: counts(recoveries.map(({ outcome }) => outcome)),
    corrected: corrected.length,
    correctedAgreed: corrected.filter(({ fate }) => fate.compared && fate.agreed).length,
    correctedDifferences: counts(corrected.flatMap(({ fate }) => (fate.compared ? fate.categories : []))),
    notCorrected: counts(corrections.flatMap(({ fate }) => (fate.compared ? [] : [fate.reason]))),
    earliestCorrected: corrected.reduce((ms, { entry }) => Math.min(ms, entry.request.timeMs), Infinity),
    productionLatencies: entries.filter(({ production }) => production?.result.outcome === 'answered').length,
    shadowLatencies: entries.filter(({ shadow }) => isTimed(shadow?.value ?? null)).length,
    classes: counts(fates.flatMap((fate) => (fate.compared ? (fate.outputs?.join(' ') ?? []) : []))),
    shifts: counts(entries.flatMap((entry) => shiftOf(entry) ?? [])),
  });
}

/** Which way the shadow's latency differs from production's; null where one has none. */
function shiftOf({ production, shadow }: Entry): 'slower' | 'faster' | 'equal' | null {
  const ours = production?.result.outcome === 'answered' ? production.result.latencyMs : null;
  const theirs = isTimed(shadow?.value ?? null) ? (shadow?.value?.latencyMs ?? null) : null;
  if (ours === null || theirs === null) return null;
  if (ours === theirs) return 'equal';
  return theirs > ours ? 'slower' : 'faster';
}

/** The same counts as a record in the log has them. Of a sketch only how many values it holds. */
export function tallyIn(sums: SegmentSums): string {
  const { ledger, agreed, differences, recovered, corrections, productionLatency, shadowLatency } = sums;
  const { notComparable, outputs, latencyShift } = sums;
  return text({
    sampled: ledger.sampled,
    compared: ledger.compared,
    agreed,
    notCompared: ledger.notCompared,
    notComparable: total(Object.values(notComparable)),
    differences,
    recovered,
    corrected: corrections.compared,
    correctedAgreed: corrections.agreed,
    correctedDifferences: corrections.differences,
    notCorrected: corrections.notCompared,
    earliestCorrected: corrections.earliest ?? Infinity,
    productionLatencies: total(productionLatency.counts),
    shadowLatencies: total(shadowLatency.counts),
    classes: classesIn(outputs?.classes ?? { classes: [], cells: [] }),
    shifts: latencyShift === null ? {} : shiftsIn(latencyShift),
  });
}

function classesIn({ classes, cells }: ClassSums): Record<string, number> {
  return Object.fromEntries(
    cells.map(({ production, shadow, count }) => [`${classes[production]} ${classes[shadow]}`, count]),
  );
}

function shiftsIn({ slower, faster, equal }: LatencyShift): Record<string, number> {
  const found = { slower: total(slower.counts), faster: total(faster.counts), equal };
  return Object.fromEntries(Object.entries(found).filter(([, count]) => count > 0));
}

/** Answered, or waited for in vain; a deferred one has a latency only if it was the latter. */
function isTimed(shadow: ShadowResponse | null): boolean {
  if (shadow?.status === 'deferred') return shadow.latencyMs !== null;
  return shadow?.status === 'answered' || shadow?.status === 'timed_out';
}

/** Sum of the first 128 bits of the ids' SHA-256 modulo 2^128; a request that can't be read goes by its offset. */
export function digestOf(entries: readonly Entry[]): string {
  let sum = 0n;
  for (const { request } of entries) {
    const id = request.value?.exchangeId ?? `unreadable@${request.offset}`;
    const digest = createHash('sha256').update(id).digest();
    sum += (digest.readBigUInt64BE(0) << 64n) + digest.readBigUInt64BE(8);
  }
  return BigInt.asUintN(128, sum).toString(16).padStart(32, '0');
}

interface Range {
  readonly topic: string;
  readonly partition: number;
  readonly first: number;
  readonly last: number;
}

/** First and last record used of each input, by partition and input; as text. */
export function rangesOf(
  entries: readonly Entry[],
  recoveries: readonly Recovery[],
  topics: { readonly requests: string; readonly productions: string; readonly shadows: string },
): string {
  const partitions = new Set([
    ...entries.map(({ request }) => request.partition),
    ...recoveries.map(({ partition }) => partition),
  ]);
  const ranges = [...partitions]
    .toSorted((a, b) => a - b)
    .flatMap((partition) => {
      const own = entries.filter(({ request }) => request.partition === partition);
      const recovered = recoveries.filter((recovery) => recovery.partition === partition);
      const requests = own.map(({ request }) => request.offset);
      const productions = own.flatMap(({ production }) => production?.offset ?? []);
      const shadows = own.flatMap(({ shadow }) => shadow?.offset ?? []);
      return [
        range(topics.requests, partition, requests),
        range(topics.productions, partition, productions),
        range(topics.shadows, partition, [...shadows, ...recovered.map(({ offset }) => offset)]),
      ];
    });
  return rangesText(ranges.filter((found) => found !== null));
}

export function rangesText(ranges: readonly Range[]): string {
  return ranges
    .map(({ topic, partition, first, last }) => `${topic}/${partition} ${first}..${last}`)
    .join(', ');
}

function range(topic: string, partition: number, offsets: readonly number[]): Range | null {
  if (offsets.length === 0) return null;
  return {
    topic,
    partition,
    first: offsets.reduce((a, b) => Math.min(a, b)),
    last: offsets.reduce((a, b) => Math.max(a, b)),
  };
}

function counts(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, all]) => [name, all.length]));
}

function text(tally: Readonly<Record<string, number | Readonly<Record<string, number>>>>): string {
  return Object.entries(tally)
    .map(([name, value]) => `${name}=${typeof value === 'number' ? value : `{${sorted(value)}}`}`)
    .join(' ');
}

function sorted(of: Readonly<Record<string, number>>): string {
  return Object.entries(of)
    .map(([name, count]) => `${name}:${count}`)
    .toSorted()
    .join(' ');
}

function total(of: readonly number[]): number {
  return of.reduce((sum, count) => sum + count, 0);
}
