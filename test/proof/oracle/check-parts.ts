import type { SegmentSums, WindowPart } from '@understudy/schemas-avro';
import type { Entry } from './entries.ts';
import type { Recovery } from './recoveries.ts';
import type { LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import { countedIn, countedOf, digestOf, rangesOf, rangesText, tallyIn, tallyOf } from './tally.ts';

/** Each (lane, partition, window) has one part, without gap or overlap from the run's start on, with the right values. */
export function checkParts(findings: Findings, lane: LaneEvidence): void {
  const parts = lane.parts.flat().flatMap(({ value }) => value ?? []);
  const byPartition = Map.groupBy(parts, ({ partition }) => partition);
  for (const [partition, entries] of lane.entries.entries()) {
    const where = `${lane.name} partition ${partition}, part of window`;
    const own = byPartition.get(partition) ?? [];
    checkTiling(findings, where, lane, own);
    const expected = Map.groupBy(entries, ({ windowStart }) => windowStart);
    const recovered = Map.groupBy(lane.recoveries[partition] ?? [], ({ windowStart }) => windowStart);
    const full = own.filter(({ segments }) => segments.length > 0);
    findings.once(
      'C1',
      where,
      [...expected.keys(), ...recovered.keys()],
      full.map(({ windowStart }) => windowStart),
    );
    for (const part of full) {
      const entries = expected.get(part.windowStart) ?? [];
      const recoveries = recovered.get(part.windowStart) ?? [];
      checkPart(findings, `${where} ${part.windowStart}`, lane, { part, entries, recoveries });
    }
  }
}

/** One after the other, as they stand in the log. */
function checkTiling(
  findings: Findings,
  where: string,
  { runStart, rules }: LaneEvidence,
  parts: readonly WindowPart[],
): void {
  let covered = runStart;
  for (const { windowStart, windowEnd, segments, covered: isCovered } of parts) {
    // No pipeline that is proven has a gap in its run.
    if (!isCovered) findings.same('C1', `${where} ${windowStart}`, 'covered', 'not covered');
    findings.same('C1', `${where} ${windowStart}: begins where the one before ended`, covered, windowStart);
    const isWhole = windowEnd > windowStart && (windowEnd - windowStart) % rules.windowMs === 0;
    const isOne = windowEnd === windowStart + rules.windowMs;
    if (!isWhole || (segments.length > 0 && !isOne))
      findings.same('C1', `${where} ${windowStart}: width`, rules.windowMs, windowEnd - windowStart);
    covered = windowEnd;
  }
}

interface PartToCheck {
  readonly part: WindowPart;
  readonly entries: readonly Entry[];
  readonly recoveries: readonly Recovery[];
}

function checkPart(
  findings: Findings,
  at: string,
  { topics }: LaneEvidence,
  { part, entries, recoveries }: PartToCheck,
): void {
  findings.same('C2', at, segmentTallies(entries, recoveries), sumsText(part.segments));
  findings.same('C2', `${at}: digest`, digestOf(entries), part.digest);
  const used = rangesOf(entries, recoveries, topics);
  findings.same('C2', `${at}: records used`, used, rangesText(part.offsets));
}

/** The whole, then each value of the segment that occurs. */
function segmentTallies(entries: readonly Entry[], recoveries: readonly Recovery[]): string {
  const counted = countedOf(entries, recoveries);
  const segments = new Set([...entries, ...counted.corrections].flatMap(({ segment }) => segment ?? []));
  const lines = [...segments].map((segment) => `${segment}: ${tallyOf(countedIn(segment, counted))}`);
  return [`all: ${tallyOf(counted)}`, ...lines.toSorted()].join(' | ');
}

function sumsText(segments: readonly SegmentSums[]): string {
  const [whole, ...others] = segments.map((sums) => `${sums.segment?.value ?? 'all'}: ${tallyIn(sums)}`);
  return [whole, ...others.toSorted()].join(' | ');
}
