import {
  canonicalJson,
  comparingHash,
  type ExperimentConfig,
  judgingHash,
  parseExperiment,
} from '@understudy/config';
import { correctedLedger, isBalanced, type Ledger } from '@understudy/domain';
import { stateFrom } from '../running-state.ts';
import { laneFacts } from '../verdict/lane-facts.ts';
import { verdictOf } from '../verdict/verdict.ts';
import { bundleDigest, type EvidenceBundle } from './bundle.ts';

/** One thing that has to be true of a bundle. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  /** What was found, as a sentence. */
  readonly found: string;
}

/** Checks a bundle by itself: nothing but the bundle is read. What its days rest on, the log says: `verify LANE --from --to`. */
export function checkBundle(bundle: EvidenceBundle): readonly Check[] {
  const experiment = parseExperiment(bundle.experiment);
  return [
    checkSeal(bundle),
    checkConfig(bundle, experiment),
    checkDays(bundle),
    checkSums(bundle),
    checkVerdict(bundle, experiment),
  ];
}

function checkSeal(bundle: EvidenceBundle): Check {
  const holds = bundleDigest(bundle) === bundle.digest;
  return {
    name: 'seal',
    holds,
    found: holds
      ? 'nothing was changed since it was written'
      : 'its digest is another one: something was changed',
  };
}

function checkConfig({ configHash }: EvidenceBundle, experiment: ExperimentConfig | null): Check {
  const hash = experiment === null ? null : judgingHash(experiment);
  const found =
    hash === null
      ? 'this version can not read the experiment'
      : `the experiment has the hash ${hash}, and ${configHash} judged`;
  return { name: 'config', holds: hash === configHash, found };
}

function checkDays({ days }: EvidenceBundle): Check {
  const unbalanced = days.find(({ ledger }) => !isBalanced(ledger));
  const disordered = days.find(({ from }, at) => from < (days[at - 1]?.to ?? -Infinity));
  const bad = unbalanced ?? disordered;
  return {
    name: 'ledger',
    holds: bad === undefined,
    found:
      bad === undefined
        ? `sampled = compared + named reasons on each of ${days.length} days`
        : unbalanced === undefined
          ? `${bad.day} begins before the day before it ends`
          : `${bad.day} is out of balance`,
  };
}

/** The days add up to the sums that the verdict was made of. */
function checkSums({ days, records }: EvidenceBundle): Check {
  const sums = records[0]?.running.sums;
  const total = (of: (day: EvidenceBundle['days'][number]) => number): number =>
    days.reduce((sum, day) => sum + of(day), 0);
  const ledger = days.reduce<Ledger>(
    (all, day) => ({
      sampled: all.sampled + day.ledger.sampled,
      compared: all.compared + day.ledger.compared,
      notCompared: {},
    }),
    { sampled: 0, compared: 0, notCompared: {} },
  );
  const agreed = total((day) => day.agreed);
  const holds =
    sums !== undefined &&
    ledger.sampled === sums.ledger.sampled &&
    ledger.compared === sums.ledger.compared &&
    agreed === sums.agreed &&
    isBalanced(correctedLedger(sums.ledger, sums.corrections));
  return {
    name: 'sums',
    holds,
    found: `the days have ${ledger.sampled} sampled, ${ledger.compared} compared, ${agreed} agreed; the verdict ${sums?.ledger.sampled ?? 'none'}, ${sums?.ledger.compared ?? 'none'}, ${sums?.agreed ?? 'none'}`,
  };
}

/** Judged once more, from the sums. */
function checkVerdict(
  { records, verdict, configHash }: EvidenceBundle,
  experiment: ExperimentConfig | null,
): Check {
  if (experiment === null)
    return { name: 'verdict', holds: false, found: 'this version can not read the experiment' };
  const state = stateFrom(records, { configHash, comparingHash: comparingHash(experiment) });
  const again = verdictOf(laneFacts(experiment, state));
  const holds = canonicalJson(again) === canonicalJson(verdict);
  return {
    name: 'verdict',
    holds,
    found: holds
      ? `judged again from its sums it is the same: ${verdict.verdict}`
      : `judged again from its sums it is ${again.verdict}, or for other reasons, and ${verdict.verdict} was written`,
  };
}
