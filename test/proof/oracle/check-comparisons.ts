import type { Comparison } from '@understudy/schemas-avro';
import type { Entry } from './entries.ts';
import type { LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';

/** Every compared pair stands once among the comparisons: packed if it agrees, alone if it diverges. */
export function checkComparisons(findings: Findings, lane: LaneEvidence): void {
  for (const [partition, comparisons] of lane.comparisons.entries()) {
    const where = `${lane.name} partition ${partition}, comparison of request`;
    const entries = (lane.entries[partition] ?? []).filter(({ fate }) => fate.compared);
    const found = comparisons.flatMap(({ value }) => (value === null ? [] : pairsIn(value)));
    findings.once(
      'C1',
      where,
      entries.map(({ request }) => request.offset),
      found.map(({ offset }) => offset),
    );
    const byOffset = new Map(found.map((pair) => [pair.offset, pair.text]));
    for (const entry of entries) {
      const text = byOffset.get(entry.request.offset);
      if (text !== undefined)
        findings.same('C2', `${where} ${entry.request.offset}`, expectedText(lane, entry), text);
    }
  }
}

interface Pair {
  readonly offset: number;
  readonly text: string;
}

function pairsIn({ windowStart, diverging, agreeing }: Comparison): readonly Pair[] {
  const packed = (agreeing?.requestOffsets ?? []).map((offset, index) => ({
    offset,
    text: `window ${windowStart} ${agreeing?.exchangeIds[index]} agrees`,
  }));
  if (diverging === null) return packed;
  const { exchangeId, requestOffset, productionOffset, shadowOffset, differences, segments } = diverging;
  const categories = [...new Set(differences.map(({ category }) => category))];
  const text =
    `window ${windowStart} ${exchangeId} differs in ${categories.join(' ')}, ` +
    `production at ${productionOffset}, shadow at ${shadowOffset}, ${JSON.stringify(segments)}`;
  return [...packed, { offset: requestOffset, text }];
}

function expectedText({ rules }: LaneEvidence, entry: Entry): string {
  const { windowStart, request, production, shadow, fate, segment } = entry;
  const begin = `window ${windowStart} ${request.value?.exchangeId}`;
  if (!fate.compared || fate.agreed) return `${begin} agrees`;
  return (
    `${begin} differs in ${fate.categories.join(' ')}, ` +
    `production at ${production?.offset ?? null}, shadow at ${shadow?.offset}, ` +
    JSON.stringify({ [rules.segment.field]: segment })
  );
}
