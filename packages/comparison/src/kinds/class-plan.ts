import type { Location } from '../json/location.ts';
import { ComparisonOptionError, locationOption, toleranceOption } from '../options.ts';

/** Classes must be equal; their scores may be required to be close. */
export interface ClassOptions {
  readonly kind: 'class';
  /** Where the class is: a string, number or boolean. */
  readonly label: string;
  /** Where the score of the class is; without it scores are not read. */
  readonly score?: string;
  /** How far apart the scores may be, in the score's unit; by default scores are not judged. */
  readonly scoreTolerance?: number;
}

export interface ClassPlan {
  readonly kind: 'class';
  readonly label: Location;
  readonly score: Location | null;
  readonly scoreTolerance: number | null;
}

export function classPlan({ label, score, scoreTolerance }: ClassOptions): ClassPlan {
  if (scoreTolerance !== undefined && score === undefined) {
    throw new ComparisonOptionError(
      'scoreTolerance',
      'only together with score, the place of what it is about, such as score: "/score"',
    );
  }
  return {
    kind: 'class',
    label: locationOption('label', label),
    score: score === undefined ? null : locationOption('score', score),
    scoreTolerance: scoreTolerance === undefined ? null : toleranceOption('scoreTolerance', scoreTolerance),
  };
}
