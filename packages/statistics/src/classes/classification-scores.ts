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

interface ClassCounts {
  labelled: number;
  predicted: number;
  right: number;
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
  const classes = [...countByClass(labels, predictions).values()];
  const mean = (of: (counts: ClassCounts) => number): number =>
    classes.reduce((sum, counts) => sum + of(counts), 0) / classes.length;
  return {
    accuracy: classes.reduce((sum, { right }) => sum + right, 0) / labels.length,
    macroPrecision: mean(({ right, predicted }) => right / Math.max(1, predicted)),
    macroRecall: mean(({ right, labelled }) => right / Math.max(1, labelled)),
    macroF1: mean(({ right, predicted, labelled }) => (2 * right) / (predicted + labelled)),
    reason: null,
  };
}

/** Classes in the order of their names, so that equal answers give equal sums in whatever order. */
function countByClass(labels: readonly string[], predictions: readonly string[]): Map<string, ClassCounts> {
  const names = [...new Set([...labels, ...predictions])].sort();
  const classes = new Map(names.map((name) => [name, { labelled: 0, predicted: 0, right: 0 }]));
  for (const [place, label] of labels.entries()) {
    const prediction = predictions[place] ?? label;
    const labelled = classes.get(label);
    const predicted = classes.get(prediction);
    if (labelled !== undefined) labelled.labelled += 1;
    if (predicted !== undefined) predicted.predicted += 1;
    if (label === prediction && labelled !== undefined) labelled.right += 1;
  }
  return classes;
}
