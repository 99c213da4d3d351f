import type { Criterion, Interval, UnitSums, VerdictNow, VerdictValue } from '@understudy/schemas-avro';
import { correctedLedger, isBalanced } from '@understudy/domain';
import { bandOf } from './band.ts';
import { type Levels, notJudged, yesOrNo } from './criterion.ts';
import { judgeDuration } from './duration.ts';
import { judgeErrors } from './errors.ts';
import type { VerdictFacts } from './facts.ts';
import { judgeShare } from './judge-share.ts';
import { judgeP95, judgeP99 } from './latency.ts';
import { judgeRecent } from './recent.ts';
import { recommendationOf } from './recommendation.ts';
import { judgeSegments, mostOf } from './segments.ts';
import { agreedShare, intervalOf } from './shares.ts';
import { trafficOf } from './traffic.ts';

/** Agreement by unit, with bounds for what is missing; all null where nothing counts. */
export function agreementOf(units: UnitSums, confidence: number): Interval {
  return intervalOf(agreedShare(units), confidence);
}

/**
 * The verdict of a lane: passes when every required criterion does, each at the level that is asked for; fails when one
 * fails, at that level divided by how many there are that can, or when the ledger is out of balance. Else it is
 * inconclusive: without data too, never a pass.
 */
export function verdictOf(facts: VerdictFacts): VerdictNow {
  const levels = levelsOf(facts);
  const traffic = trafficOf(facts);
  const { agreement, confidence } = facts.experiment.verdict;
  const criteria = [
    judgeShare({
      name: 'agreement',
      what: 'agreement',
      share: agreedShare(facts.units),
      margin: agreement.margin,
      levels,
      traffic,
    }),
    judgeSegments(facts.segments, { levels, traffic }),
    judgeErrors(facts, { levels, traffic }),
    judgeP95(facts, { levels, traffic }),
    judgeP99(facts, levels),
    judgeRecent(facts, levels),
    judgeAlerts(facts),
    judgeDuration(facts),
    notJudged('noise-floor', 'the console compares two lanes; windows never wait for another one'),
    notJudged('labels', 'the console joins labels, days later; windows never wait for them'),
  ];
  const balanced = isBalanced(correctedLedger(facts.sums.ledger, facts.sums.corrections));
  const verdict = balanced ? together(criteria) : 'fail';
  const open = criteria.filter(({ outcome }) => outcome === 'inconclusive');
  const needed = verdict === 'inconclusive' ? mostOf(open.map((criterion) => criterion.needed)) : null;
  return {
    verdict,
    balanced,
    criteria,
    band: bandOf(intervalOf(agreedShare(facts.units), confidence), facts.units.units),
    needed,
    recommendation: recommendationOf({ verdict, balanced, criteria, needed }),
  };
}

function together(criteria: readonly Criterion[]): VerdictValue {
  const outcomes = new Set(criteria.map(({ outcome }) => outcome));
  if (outcomes.has('fail')) return 'fail';
  return outcomes.has('inconclusive') ? 'inconclusive' : 'pass';
}

/** Those that can fail share what may go wrong; questions of yes or no can't. */
function levelsOf({ experiment, segments }: VerdictFacts): Levels {
  const { confidence, latency, errors } = experiment.verdict;
  const canFail = [
    true,
    segments.some(({ isDeclared }) => isDeclared),
    errors.max !== 'off',
    latency.p95Ms !== 'off',
    latency.p99Ratio !== 'off',
  ].filter(Boolean).length;
  return { pass: confidence, fail: 1 - (1 - confidence) / canFail };
}

function judgeAlerts({ firing }: VerdictFacts): Criterion {
  const name = 'alerts';
  if (firing === null) return notJudged(name, 'no alert rule is on');
  if (firing.length === 0) return yesOrNo(name, true, 'no alert is firing');
  return yesOrNo(name, false, `firing: ${firing.join(', ')}`);
}
