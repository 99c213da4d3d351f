import type { Location } from '../json/location.ts';
import { ComparisonOptionError, locationOption, toleranceOption, wholeNumberOption } from '../options.ts';
import { type LabelNames, labelNames, type LabelValue } from './class-label.ts';

/** Classes must be equal; their scores may be required to be close. */
export interface ClassOptions {
  readonly kind: 'class';
  /** Where the class is: a string, number or boolean; with `top`, a list of them, the likeliest first. */
  readonly label: string;
  /** Lists of labels that are one class; the first of each is its name. Default: every label is a class. */
  readonly labels?: readonly (readonly LabelValue[])[];
  /**
   * The label is a list: each side's first has to be among the first so many of the other, 1 to 100. Default: it is no
   * list.
   */
  readonly top?: number;
  /** Where the score of the class is; without it scores are not read. Not together with `top`. */
  readonly score?: string;
  /** How far apart the scores may be, in the score's unit; by default scores are not judged. */
  readonly scoreTolerance?: number;
}

export interface ClassPlan {
  readonly kind: 'class';
  readonly label: Location;
  readonly names: LabelNames;
  readonly top: number | null;
  readonly score: Location | null;
  readonly scoreTolerance: number | null;
}

export const maxTop = 100;

export function classPlan({ label, labels, top, score, scoreTolerance }: ClassOptions): ClassPlan {
  if (scoreTolerance !== undefined && score === undefined) {
    throw new ComparisonOptionError(
      'scoreTolerance',
      'only together with score, the place of what it is about, such as score: "/score"',
    );
  }
  if (top !== undefined && score !== undefined) {
    throw new ComparisonOptionError(
      'score',
      'not together with top; for a score of each class, kind: class-scores',
    );
  }
  return {
    kind: 'class',
    label: locationOption('label', label),
    names: labelNames('labels', labels ?? []),
    top: top === undefined ? null : wholeNumberOption('top', top, maxTop),
    score: score === undefined ? null : locationOption('score', score),
    scoreTolerance: scoreTolerance === undefined ? null : toleranceOption('scoreTolerance', scoreTolerance),
  };
}
