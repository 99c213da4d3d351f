import type { Criterion, StillNeeded } from '@understudy/schemas-avro';
import { type Levels, notJudged, percent } from './criterion.ts';
import type { SegmentFacts } from './facts.ts';
import { judgeShare } from './judge-share.ts';
import { agreedShare } from './shares.ts';
import type { Traffic } from './traffic.ts';

const name = 'segments';
/** Segments that a reason names. */
const named = 3;
/** Segments for which it is worked out how many more requests they need: those with the fewest. */
const worked = 10;

/**
 * Every declared segment on its own, each against its own margin: passes when all do, fails when one fails, at the
 * level of the criterion divided by their number.
 */
export function judgeSegments(
  segments: readonly SegmentFacts[],
  { levels, traffic }: { readonly levels: Levels; readonly traffic: Traffic },
): Criterion {
  const declared = segments.filter(({ isDeclared }) => isDeclared);
  if (declared.length === 0) return notJudged(name, 'no segments are declared');
  const each = { ...levels, fail: 1 - (1 - levels.fail) / declared.length };
  const fewest = new Set(declared.toSorted((a, b) => a.units.units - b.units.units).slice(0, worked));
  const judged = declared.map((facts) => ({
    facts,
    criterion: judgeShare({
      name,
      what: textOf(facts),
      share: agreedShare(facts.units),
      margin: facts.margin,
      levels: each,
      traffic,
    }),
  }));
  const of = (outcome: Criterion['outcome']): typeof judged =>
    judged.filter(({ criterion }) => criterion.outcome === outcome);
  const [failing, open] = [of('fail'), of('inconclusive')];
  const outcome = failing.length > 0 ? 'fail' : open.length > 0 ? 'inconclusive' : 'pass';
  const needed = open.filter(({ facts }) => fewest.has(facts)).map(({ criterion }) => criterion.needed);
  return {
    ...notJudged(name, ''),
    outcome,
    needed: outcome === 'inconclusive' ? mostOf(needed) : null,
    reason:
      outcome === 'pass'
        ? `all ${declared.length} segments agree above their margins`
        : (outcome === 'fail' ? failing : open)
            .slice(0, named)
            .map(({ facts, criterion }) => reasonOf(facts, criterion))
            .join('; '),
  };
}

function textOf({ segment: { field, value } }: SegmentFacts): string {
  return `agreement of ${field} = ${value}`;
}

/** Where much of a segment is missing, that is what holds it back, and named. */
function reasonOf({ segment, units }: SegmentFacts, { reason, lower }: Criterion): string {
  if (lower === null) return `no answer of ${segment.field} = ${segment.value} is known yet`;
  const missing = units.missing / units.units;
  return missing >= 0.005 ? `${reason} (of ${percent(missing)} it is not known)` : reason;
}

/** The one that takes longest; without a number where one has none. */
export function mostOf(all: readonly (StillNeeded | null)[]): StillNeeded | null {
  const known = all.filter((needed) => needed !== null);
  const unknown = known.find(({ requests, ms }) => requests === null && ms === null);
  if (unknown !== undefined) return unknown;
  return (
    known.toSorted((a, b) => (b.ms ?? 0) - (a.ms ?? 0) || (b.requests ?? 0) - (a.requests ?? 0))[0] ?? null
  );
}
