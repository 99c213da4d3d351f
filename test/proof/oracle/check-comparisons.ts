import type { Comparison } from '@understudy/schemas-avro';
import type { Entry } from './entries.ts';
import type { LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';

/**
 * Every compared pair stands once among the comparisons: packed if it agrees, alone if it diverges; that of a recovered
 * request with a mark, in the window that counts it.
 */
export function checkComparisons(findings: Findings, lane: LaneEvidence): void {
  for (const [partition, comparisons] of lane.comparisons.entries()) {
    const where = `${lane.name} partition ${partition}, comparison of request`;
    const corrections = (lane.recoveries[partition] ?? []).flatMap(({ correction }) => correction ?? []);
    const pairs: readonly ExpectedPair[] = [
      ...(lane.entries[partition] ?? []).map((entry) => ({ ...entry, isRecovery: false })),
      ...corrections.map(({ entry, ...found }) => ({ ...entry, ...found, isRecovery: true })),
    ].filter(({ fate }) => fate.compared);
    const found = comparisons.flatMap(({ value, raw }) =>
      value === null ? [] : pairsIn(value, raw.headers['traceparent']),
    );
    findings.once(
      'C1',
      where,
      pairs.map(({ request }) => request.offset),
      found.map(({ offset }) => offset),
    );
    const byOffset = new Map(found.map((pair) => [pair.offset, pair.text]));
    for (const pair of pairs) {
      const text = byOffset.get(pair.request.offset);
      if (text !== undefined)
        findings.same('C2', `${where} ${pair.request.offset}`, expectedText(lane, pair), text);
    }
  }
}

interface ExpectedPair extends Entry {
  readonly isRecovery: boolean;
}

interface Pair {
  readonly offset: number;
  readonly text: string;
}

function pairsIn(
  { windowStart, recovery, diverging, agreeing }: Comparison,
  trace: string | undefined,
): readonly Pair[] {
  const begin = beginOf(windowStart, recovery);
  const packed = (agreeing?.requestOffsets ?? []).map((offset, index) => ({
    offset,
    text:
      `${begin} ${agreeing?.exchangeIds[index]} of ${agreeing?.requestIds[index]}: ` +
      `${agreeing?.productionOutputs[index]} and ${agreeing?.shadowOutputs[index]} agree`,
  }));
  if (diverging === null) return packed;
  const { exchangeId, requestId, requestOffset, productionOffset, shadowOffset, differences, segments } =
    diverging;
  const categories = [...new Set(differences.map(({ category }) => category))];
  const text =
    `${begin} ${exchangeId} of ${requestId}: ` +
    `${diverging.productionOutput} and ${diverging.shadowOutput} differ in ${categories.join(' ')}, ` +
    `production at ${productionOffset}, shadow at ${shadowOffset}, ${JSON.stringify(segments)}, trace ${trace}`;
  return [...packed, { offset: requestOffset, text }];
}

function beginOf(windowStart: number, isRecovery: boolean): string {
  return `window ${windowStart}${isRecovery ? ' recovery' : ''}`;
}

function expectedText({ rules }: LaneEvidence, pair: ExpectedPair): string {
  const { windowStart, isRecovery, request, production, shadow, fate, segment } = pair;
  const begin = `${beginOf(windowStart, isRecovery)} ${request.value?.exchangeId} of ${request.value?.requestId}: `;
  if (!fate.compared) return begin + fate.reason;
  const [ours, theirs] = fate.outputs ?? [null, null];
  if (fate.agreed) return `${begin}${ours} and ${theirs} agree`;
  return (
    `${begin}${ours} and ${theirs} differ in ${fate.categories.join(' ')}, ` +
    `production at ${production?.offset ?? null}, shadow at ${shadow?.offset}, ` +
    `${JSON.stringify({ [rules.segment.field]: segment })}, trace ${request.raw.headers['traceparent']}`
  );
}
