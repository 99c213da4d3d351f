import type { PairView, SegmentView } from '../src/views.ts';

/** A pair, and the segment that it is an example of; null: of the whole lane. */
export interface Example {
  readonly segment: SegmentView['segment'] | null;
  readonly pair: PairView;
}

const maxExamples = 3;

/**
 * One pair for each of the segments that agree too little, then others of the lane, each pair once.
 *
 * @param pairs - the least alike first
 * @param segments - the most concerning first
 */
export function chooseExamples(
  pairs: readonly PairView[],
  segments: readonly SegmentView[],
): readonly Example[] {
  const examples: Example[] = [];
  const isNew = (pair: PairView): boolean =>
    examples.every(({ pair: { exchangeId } }) => exchangeId !== pair.exchangeId);
  for (const { segment, flagged } of segments) {
    const pair = pairs.find((each) => isNew(each) && each.segments[segment.field] === segment.value);
    if (flagged && pair !== undefined && examples.length < maxExamples) examples.push({ segment, pair });
  }
  for (const pair of pairs) {
    if (isNew(pair) && examples.length < maxExamples) examples.push({ segment: null, pair });
  }
  return examples;
}
