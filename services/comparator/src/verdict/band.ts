import type { Interval } from '@understudy/schemas-avro';

/** Fewer units than this are in no band. */
const leastUnits = 50;

/** How much of the answers differ at the most, as a word. */
export function bandOf({ lower }: Interval, units: number): string | null {
  if (lower === null || units < leastUnits) return null;
  const divergence = 1 - lower;
  if (divergence < 0.01) return 'safe';
  if (divergence < 0.05) return 'investigate';
  return divergence <= 0.1 ? 'edge-cases' : 'do-not-deploy';
}
