import type { DuckDBConnection } from '@duckdb/node-api';
import { calibration, regressionScores, rocAuc, signTest } from '@understudy/statistics';
import { readRows } from '../store/read-rows.ts';
import type { ErrorsView, NumbersView, ScoresView } from '../views.ts';
import { type JudgedLane, judgedPairs, judgedValues } from './judged-pairs.ts';

/** What is held in memory while a question is answered; the newest count. */
const maxPairs = 500_000;

interface Row {
  readonly truth: number;
  readonly production: number;
  readonly shadow: number;
}

/** How far each side was from the labels that have come: of numbers, and, where all labels are 0 or 1, of scores. */
export async function numberLabels(
  connection: DuckDBConnection,
  judged: JudgedLane,
): Promise<{ readonly numbers: NumbersView; readonly scores: ScoresView }> {
  const rows = await readRows<Row>(
    connection,
    `${judgedPairs(judged.experiment)}
     SELECT truth, production, shadow FROM judged WHERE truth IS NOT NULL
     ORDER BY window_start DESC, id LIMIT ${maxPairs}`,
    judgedValues(judged),
  );
  const labels = rows.map(({ truth }) => truth);
  const sides = {
    production: rows.map(({ production }) => production),
    shadow: rows.map(({ shadow }) => shadow),
  };
  return {
    numbers: {
      measured: rows.length,
      production: errorsOf(labels, sides.production),
      shadow: errorsOf(labels, sides.shadow),
      closer: closerOf(rows),
    },
    scores: scoresOf(labels, sides, judged.experiment.confidence),
  };
}

function errorsOf(labels: readonly number[], predictions: readonly number[]): ErrorsView {
  const { meanAbsoluteError, rootMeanSquaredError, r2 } = regressionScores({ labels, predictions });
  const errors = labels
    .map((label, place) => (predictions[place] ?? label) - label)
    .toSorted((a, b) => a - b);
  const at = (share: number): number | null =>
    errors[Math.min(errors.length - 1, Math.ceil(share * errors.length) - 1)] ?? null;
  return {
    meanAbsoluteError,
    rootMeanSquaredError,
    r2,
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => ({ share, error: at(share) })),
  };
}

/** Which side is nearer to the label; pairs in which both are equally near say nothing. */
function closerOf(rows: readonly Row[]): NumbersView['closer'] {
  let [production, shadow] = [0, 0];
  for (const row of rows) {
    const apart = Math.abs(row.production - row.truth) - Math.abs(row.shadow - row.truth);
    if (apart < 0) production += 1;
    if (apart > 0) shadow += 1;
  }
  return { production, shadow, pValue: signTest({ positive: production, negative: shadow }).pValue };
}

function scoresOf(
  labels: readonly number[],
  sides: { readonly production: readonly number[]; readonly shadow: readonly number[] },
  confidence: number,
): ScoresView {
  const none = { production: null, shadow: null };
  if (labels.length === 0) return { ...none, reason: 'no answer has a label' };
  if (!labels.every((label) => label === 0 || label === 1))
    return { ...none, reason: 'labels other than 0 and 1 can’t be ranked' };
  const isScore = (value: number): boolean => value >= 0 && value <= 1;
  if (![...sides.production, ...sides.shadow].every(isScore))
    return { ...none, reason: 'answers outside 0 to 1 are no scores' };
  const scored = (scores: readonly number[]): ScoresView['production'] => {
    const { auc, lower, upper } = rocAuc({ labels, scores, confidence });
    const { bins, expectedError } = calibration({ labels, scores, confidence });
    return { auc: { estimate: auc, lower, upper }, calibration: bins, expectedError };
  };
  return { production: scored(sides.production), shadow: scored(sides.shadow), reason: null };
}
