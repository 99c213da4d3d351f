/** Answers of one kind: what was right, what was answered, and how many there were. */
export interface CountedAnswers {
  readonly label: string;
  readonly prediction: string;
  readonly count: number;
}

export interface ClassScoresArgs {
  /** In any order; several of one kind add up. */
  readonly counts: readonly CountedAnswers[];
}

/** How well one class was predicted. Counts, and shares in [0, 1]. */
export interface ClassScore {
  readonly name: string;
  /** Answers of which it is the label. */
  readonly labelled: number;
  /** Answers that it was. */
  readonly predicted: number;
  /** Of the labelled, those that were answered so. */
  readonly right: number;
  /** Of what was called so: how much was so. 0 where nothing was called so. */
  readonly precision: number;
  /** Of what was so: how much was called so. 0 where nothing was so. */
  readonly recall: number;
  /** The harmonic mean of both. */
  readonly f1: number;
}

/**
 * How well each class was predicted that is a label or an answer, by name; none without answers. As scikit-learn with
 * `zero_division=0`. Takes as many steps as there are kinds of answers.
 *
 * @throws RangeError for counts that are not finite numbers of at least 0
 */
export function classScores({ counts }: ClassScoresArgs): readonly ClassScore[] {
  const labelled = new Map<string, number>();
  const predicted = new Map<string, number>();
  const right = new Map<string, number>();
  for (const { label, prediction, count } of counts) {
    if (!(count >= 0 && count < Infinity))
      throw new RangeError(`a count must be a finite number of at least 0, got ${count}`);
    add(labelled, label, count);
    add(predicted, prediction, count);
    if (label === prediction) add(right, label, count);
  }
  // In the order of their names, so that equal answers give equal sums in whatever order.
  const names = [...new Set([...labelled.keys(), ...predicted.keys()])].sort();
  return names.map((name) => {
    const of = {
      labelled: labelled.get(name) ?? 0,
      predicted: predicted.get(name) ?? 0,
      right: right.get(name) ?? 0,
    };
    return {
      name,
      ...of,
      precision: of.right / Math.max(1, of.predicted),
      recall: of.right / Math.max(1, of.labelled),
      f1: (2 * of.right) / Math.max(1, of.predicted + of.labelled),
    };
  });
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count);
}
