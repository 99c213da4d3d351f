import type { DuckDBConnection } from '@duckdb/node-api';
import { mcnemarExact, pairedDifferenceSequence, wilsonInterval } from '@understudy/statistics';
import type { CoveredView, LabelsReport } from '../views.ts';
import { classLabels } from './class-labels.ts';
import type { JudgedLane } from './judged-pairs.ts';
import { countLabels, type LabelCounts, labelledOf } from './label-counts.ts';
import { labelsView } from './labels-view.ts';
import { numberLabels } from './number-labels.ts';
import { countBySegment } from './segment-coverage.ts';

const noScores =
  'the topic of the comparisons holds the scores of diverging pairs alone; compare the score itself, with kind: number, for these';

/** Everything that labels say of a lane, asked of the store; `nowMs` is what the horizon is counted from. */
export async function labelsReport(
  connection: DuckDBConnection,
  judged: JudgedLane,
  nowMs: number,
): Promise<LabelsReport> {
  const { plan, confidence, horizonMs } = judged.experiment;
  const dueBefore = nowMs - horizonMs;
  const counts = await countLabels(connection, judged, dueBefore);
  const segments = await countBySegment(connection, judged, dueBefore);
  const measured =
    plan.kind === 'number'
      ? { classes: null, ...(await numberLabels(connection, judged)) }
      : {
          classes: await classLabels(connection, judged),
          numbers: null,
          scores: { production: null, shadow: null, reason: noScores },
        };
  return {
    lane: judged.lane,
    ...coverageOf(counts, confidence),
    segments: segments.map(({ field, value, labelled, of }) => {
      return { segment: { field, value }, ...covered(labelled, of, confidence) };
    }),
    horizonMs,
    accuracy: labelsView(counts, confidence),
    ...differenceOf(counts, confidence),
    ...measured,
  };
}

function coverageOf(
  counts: LabelCounts,
  confidence: number,
): Pick<LabelsReport, 'coverage' | 'differing' | 'young'> {
  const labelled = labelledOf(counts);
  const { labelledDiffering, missingEqual, missingDiffering, young } = counts;
  return {
    coverage: covered(labelled, labelled + missingEqual + missingDiffering, confidence),
    differing: covered(labelledDiffering, labelledDiffering + missingDiffering, confidence),
    young,
  };
}

function covered(labelled: number, of: number, confidence: number): CoveredView {
  const bounds = wilsonInterval({ successes: labelled, trials: of, confidence });
  return { labelled, of, share: { estimate: of === 0 ? null : labelled / of, ...bounds } };
}

/** How much more often the shadow is right than production: whether at all, and by how much, whatever the missing labels say. */
function differenceOf(
  counts: LabelCounts,
  confidence: number,
): Pick<LabelsReport, 'difference' | 'discordant'> {
  const { productionOnly, shadowOnly, missingEqual, missingDiffering } = counts;
  const labelled = labelledOf(counts);
  const { difference, lower, upper } = pairedDifferenceSequence({
    firstOnly: shadowOnly,
    secondOnly: productionOnly,
    missing: missingDiffering,
    pairs: labelled + missingEqual + missingDiffering,
    confidence,
  });
  const { pValue } = mcnemarExact({ b: productionOnly, c: shadowOnly, pairs: labelled });
  return {
    difference: { estimate: difference, lower, upper },
    discordant: { productionOnly, shadowOnly, pValue },
  };
}
