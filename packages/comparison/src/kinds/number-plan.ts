import type { Location } from '../json/location.ts';
import type { Tolerances } from '../json/path-rules.ts';
import { locationOption, toleranceOption } from '../options.ts';

/** Numbers must be within one of the tolerances. */
export interface NumberOptions {
  readonly kind: 'number';
  /** Where the number is. */
  readonly value: string;
  /** How far apart the numbers may be; default 0. */
  readonly absoluteTolerance?: number;
  /** How far apart they may be as a share of the larger one (by size, whichever side it is on); default 0. */
  readonly relativeTolerance?: number;
}

export interface NumberPlan extends Tolerances {
  readonly kind: 'number';
  readonly value: Location;
}

export function numberPlan({ value, absoluteTolerance, relativeTolerance }: NumberOptions): NumberPlan {
  return {
    kind: 'number',
    value: locationOption('value', value),
    absoluteTolerance: toleranceOption('absoluteTolerance', absoluteTolerance ?? 0),
    relativeTolerance: toleranceOption('relativeTolerance', relativeTolerance ?? 0),
  };
}
