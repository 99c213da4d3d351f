/** Units that are kept apart at a time: of a whole lane, and as many of all its segments together. */
const maxUnits = 2048;
const leastOfSegment = 64;
/** Keys of the lane, or of one segment, in one partition's share of a window. */
const maxKeys = 512;

/** @param segments - that the lane has; null: of the lane itself */
export function maxUnitsOf(segments: number | null): number {
  if (segments === null) return maxUnits;
  return Math.max(leastOfSegment, Math.floor(maxUnits / Math.max(1, segments)));
}

/** So that a part, too, is bounded whatever the number of its segments. */
export function maxKeysOf(segments: number | null): number {
  return Math.min(maxKeys, maxUnitsOf(segments));
}
