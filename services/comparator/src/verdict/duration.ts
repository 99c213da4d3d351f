import { formatDuration } from '@understudy/config';
import type { Criterion } from '@understudy/schemas-avro';
import { cellNames } from '../units/cells.ts';
import { notJudged, yesOrNo } from './criterion.ts';
import type { VerdictFacts } from './facts.ts';

const name = 'duration';
/** Quarters that a reason names. */
const named = 4;

/** Long enough to have seen every part of a week: by the log's time, whatever the clock of a replay. */
export function judgeDuration({ experiment, since, windowEnd, cells }: VerdictFacts): Criterion {
  const { minMs, closed } = experiment.verdict.duration;
  if (minMs === 'off') return notJudged(name, 'verdict.duration.min is off');
  const soFar = since === null ? 0 : windowEnd - since;
  if (soFar < minMs) {
    const ms = minMs - soFar;
    const needed = { requests: null, ms, verdict: 'pass', reason: null };
    const reason = `requests reach over ${text(soFar)}, and ${formatDuration(minMs)} are asked for`;
    return { ...yesOrNo(name, false, reason), needed };
  }
  const open = cellNames.filter((cell, bit) => (cells & (1 << bit)) === 0 && !closed.includes(cell));
  const enough = `requests reach over ${text(soFar)}`;
  if (open.length === 0) return yesOrNo(name, true, `${enough}, in every part of the week that is open`);
  const more = open.length > named ? ` and ${open.length - named} more` : '';
  const needed = { requests: null, ms: null, verdict: null, reason: 'it depends on when requests come' };
  const missing = `${open.slice(0, named).join(', ')}${more}`;
  return {
    ...yesOrNo(
      name,
      false,
      `${enough}, but none was compared on ${missing} (verdict.duration.closed names those in which nobody asks)`,
    ),
    needed,
  };
}

/** In hours, or days where there are two. */
function text(ms: number): string {
  const hours = ms / 3_600_000;
  return hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} d`;
}
