import type { SegmentSums } from '@understudy/schemas-avro';

/** Cells and pairs that take about as much memory as the rest of a segment's sums, some 2 KB. */
const perUnit = 20;

/** What a part's sums of one segment count for where memory is bounded: 1, and more for what they hold one by one. */
export function heldUnits({ outputs }: Pick<SegmentSums, 'outputs'>): number {
  const cells = outputs?.classes?.cells.length ?? 0;
  const pairs = outputs?.numbers?.sample.length ?? 0;
  return 1 + Math.floor((cells + pairs) / perUnit);
}
