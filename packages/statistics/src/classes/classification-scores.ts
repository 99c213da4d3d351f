import { type ClassScore, classScores } from './class-scores.ts';

export interface ClassificationArgs {
  /** What was right, one for each answer. */
  readonly labels: readonly string[];
  /** What was answered, in the same order. */
  readonly predictions: readonly string[];
}

/** Shares in [0, 1]; all null without labels. */
export interface ClassificationScores {
  readonly accuracy: number | null;
  /** The mean over the classes of: how much of what was called so, was so. */
  readonly macroPrecision: number | null;
  /** The mean over the classes of: how much of what was so, was called so. */
  readonly macroRecall: number | null;
  /** The mean over the classes of the harmonic mean of both. */
  readonly macroF1: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}

/**
 * How well classes were predicted. Every class that is a label or an answer counts alike in the macro means, and
 * one that was never answered, or never right, has precision, or recall, 0, as in scikit-learn with
 * `zero_division=0`. Takes as many steps as there are answers.
 *
 * @throws RangeError where there are not as many labels as predictions
 */
export function classificationScores({ labels, predictions }: ClassificationArgs): ClassificationScores {
  if (labels.length !== predictions.length) {
    throw new RangeError(
      `there must be as many labels as predictions, got ${labels.length} and ${predictions.length}`,
    );
  }
  if (labels.length === 0) {
    const reason = 'no answer has a label';
    return { accuracy: null, macroPrecision: null, macroRecall: null, macroF1: null, reason };
  }
  const counts = labels.map((label, place) => ({ label, prediction: predictions[place] ?? label, count: 1 }));
  const classes = classScores({ counts });
  const mean = (of: (score: ClassScore) => number): number =>
    classes.reduce((sum, score) => sum + of(score), 0) / classes.length;
  return {
    accuracy: classes.reduce((sum, { right }) => sum + right, 0) / labels.length,
    macroPrecision: mean(({ precision }) => precision),
    macroRecall: mean(({ recall }) => recall),
    macroF1: mean(({ f1 }) => f1),
    reason: null,
  };
}
