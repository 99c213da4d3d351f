import type { Segment } from '@understudy/schemas-avro';

/** Sorts before every other key for the whole lane. */
export function segmentKey(segment: Segment | null): string {
  return segment === null ? '' : `${segment.field}=${segment.value}`;
}
