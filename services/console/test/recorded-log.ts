import { below, type Draw, drawing } from './draws.ts';
import type { StoreRecord, StoreRows } from '../src/store/store-records.ts';
import type { StoreWriter } from '../src/store/store-writer.ts';
import { divergingPair } from './comparison.ts';

const partitions = 3;
const windowsOf = 16;
const lane = 'mortgage.boosted.live';
const topic = `comparisons.${lane}`;

/**
 * What a lane's comparisons topic and the labels could hold, the same for the same seed, by partition: windows of agreeing
 * and diverging pairs, the second half of them judged again, in which some pairs have come to agree.
 */
export function recordedLog(seed: number): readonly (readonly StoreRecord[])[] {
  const draw = drawing(seed);
  return Array.from({ length: partitions }, (_, partition) => {
    const again = windowsOf / 2;
    const judgements = [...windows(0, windowsOf, 0), ...windows(again, windowsOf, 1)];
    const rows = judgements.flatMap(({ windowStart, judgement }) => [
      // Of some windows nothing is left in a partition when they are judged again.
      ...(judgement === 1 && below(draw, 4) === 0
        ? []
        : pairRows({ partition, windowStart, judgement, draw })),
      ...(below(draw, 3) === 0 ? [labelRow(`r${partition}-${windowStart}-0`, draw)] : []),
    ]);
    return rows.map((each, offset) => ({
      topic: each.kind === 'label' ? 'labels' : topic,
      partition,
      offset,
      rows: each,
    }));
  });
}

function windows(from: number, until: number, judgement: number) {
  return Array.from({ length: until - from }, (_, n) => ({ windowStart: (from + n) * 1_000, judgement }));
}

function pairRows(given: {
  readonly partition: number;
  readonly windowStart: number;
  readonly judgement: number;
  readonly draw: Draw;
}): readonly StoreRows[] {
  const { partition, windowStart, judgement, draw } = given;
  const window = { lane, windowStart, judgement };
  const named = (n: number) => {
    const requestId = `r${partition}-${windowStart}-${n}`;
    return { exchangeId: `x-${requestId}`, requestId, requestOffset: windowStart + n };
  };
  const outputs = { productionOutput: '"approved"', shadowOutput: '"approved"' };
  const differing = { ...outputs, shadowOutput: '"denied"' };
  const agreeing = Array.from({ length: 1 + below(draw, 5) }, (_, n) => {
    return { ...named(n), ...outputs, agreed: true, recovery: false, kept: null };
  });
  const kept = divergingPair({ ...named(5), ...differing, score: below(draw, 100) / 100 });
  return [
    { kind: 'pairs', window, pairs: agreeing },
    { kind: 'pairs', window, pairs: [{ ...named(5), ...differing, agreed: false, recovery: false, kept }] },
    {
      kind: 'pairs',
      window,
      pairs: [{ ...named(6), ...differing, agreed: false, recovery: true, kept: null }],
    },
  ];
}

function labelRow(requestId: string, draw: Draw): StoreRows {
  const truth = below(draw, 2) === 0 ? '"approved"' : '"denied"';
  return {
    kind: 'label',
    label: { experiment: 'mortgage', requestId, truth, observedTime: below(draw, 1_000), logTime: 0 },
  };
}

/** Stores what comes after the writer's positions, a few records of a partition at a time, in transactions that are small. */
export async function feedLog(
  writer: StoreWriter,
  { seed, order }: { readonly seed: number; readonly order: number },
): Promise<void> {
  const draw = drawing(order);
  const left = recordedLog(seed).map((records) =>
    records.filter((each) => each.offset >= (writer.positions(each.topic).get(each.partition) ?? 0)),
  );
  while (left.some((records) => records.length > 0)) {
    const records = left[below(draw, left.length)] ?? [];
    for (const record of records.splice(0, 1 + below(draw, 10))) await writer.add(record);
    if (below(draw, 2) === 0) await writer.settled();
  }
}
