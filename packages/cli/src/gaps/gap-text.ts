import type { Run } from '@understudy/schemas-avro';
import type { FoundGap, WindowRange } from '@understudy/streams';
import { printable } from '../printable.ts';

/** What stands still, with what to do about it, and below it what was accepted. */
export function gapListText(found: readonly FoundGap[], runs: readonly Run[]): string {
  const standing = found.map(
    (gap) =>
      `${gap.lane}, partition ${gap.partition}: ${gap.reasons.join('; ')}.\n` +
      `  Not covered would be ${rangeText(gap)}. To go on without it:\n` +
      `  understudy gaps accept ${gap.lane} --partition ${gap.partition} --reason '...'\n`,
  );
  const accepted = runs.flatMap(({ lane, gaps }) =>
    gaps.map((gap) => `${lane}, partition ${gap.partition}: ${rangeText(gap)} (${printable(gap.reason)})\n`),
  );
  return [
    standing.length === 0 ? 'No lane stands still for records that are gone.\n' : standing.join(''),
    accepted.length === 0 ? '' : `\nAccepted:\n${accepted.join('')}`,
  ].join('');
}

/** What was recorded, and what happens now. */
export function acceptedText(gaps: readonly FoundGap[]): string {
  const lines = gaps.map(
    (gap) => `Partition ${gap.partition} of ${gap.lane} is not covered ${rangeText(gap)}.\n`,
  );
  return `${lines.join('')}Its tasks go on after that; windows in between are partial, and outside the verdict.\n`;
}

function rangeText({ from, to }: WindowRange): string {
  return `from ${isoTime(from)} to ${isoTime(to)}`;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
