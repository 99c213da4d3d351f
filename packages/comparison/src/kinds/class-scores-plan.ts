import type { JsonPointer } from '../json/json-pointer.ts';
import type { Location } from '../json/location.ts';
import { locationOption, pointerOption, toleranceOption, wholeNumberOption } from '../options.ts';
import { type LabelNames, labelNames, type LabelValue } from './class-label.ts';
import { maxTop } from './class-plan.ts';

/** The classes of the highest scores must be the same; scores may be required to be close. */
export interface ClassScoresOptions {
  readonly kind: 'class-scores';
  /** Where the scores are: an object of scores by class, or a list of objects that have a class and its score. */
  readonly scores: string;
  /** JSON Pointer, in an object of a list, to its class; default `/label`. */
  readonly label?: string;
  /** JSON Pointer, in an object of a list, to the score; default `/score`. */
  readonly score?: string;
  /** As for `class`: lists of labels that are one class. Their scores are added. */
  readonly labels?: readonly (readonly LabelValue[])[];
  /** Each side's best class has to be among the best so many of the other, 1 to 100; default 1: they have to be the same. */
  readonly top?: number;
  /** How far apart the scores of any class may be; by default scores are not judged. A class that a side lacks has 0. */
  readonly scoreTolerance?: number;
}

export interface ClassScoresPlan {
  readonly kind: 'class-scores';
  readonly scores: Location;
  readonly label: JsonPointer;
  readonly score: JsonPointer;
  readonly names: LabelNames;
  readonly top: number;
  readonly scoreTolerance: number | null;
}

export function classScoresPlan(options: ClassScoresOptions): ClassScoresPlan {
  const { scores, label, score, labels, top, scoreTolerance } = options;
  return {
    kind: 'class-scores',
    scores: locationOption('scores', scores),
    label: pointerOption('label', label ?? '/label'),
    score: pointerOption('score', score ?? '/score'),
    names: labelNames('labels', labels ?? []),
    top: wholeNumberOption('top', top ?? 1, maxTop),
    scoreTolerance: scoreTolerance === undefined ? null : toleranceOption('scoreTolerance', scoreTolerance),
  };
}
