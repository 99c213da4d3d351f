import type { Location } from '../json/location.ts';
import type { Tolerances } from '../json/path-rules.ts';
import { ComparisonOptionError, locationOption, toleranceOption } from '../options.ts';

/** Numbers must be within one of the tolerances. */
export interface NumberOptions {
  readonly kind: 'number';
  /** Where the number is; with `units`, also a text of a number and its unit, such as `1.5 km`. */
  readonly value: string;
  /** How far apart the numbers may be, with `units` in the unit of factor 1; default 0. */
  readonly absoluteTolerance?: number;
  /** How far apart they may be as a share of the larger one (by size, whichever side it is on); default 0. */
  readonly relativeTolerance?: number;
  /** Units that may be answered, and what a number has to be multiplied with to be compared. Default: numbers have none. */
  readonly units?: readonly UnitOptions[];
  /** Where the unit of a number is, where the number is no text. Only together with `units`. */
  readonly unit?: string;
}

export interface UnitOptions {
  /** As it is answered. */
  readonly unit: string;
  /** Above 0. */
  readonly factor: number;
}

export interface NumberPlan extends Tolerances {
  readonly kind: 'number';
  readonly value: Location;
  /** Factors by unit; null: numbers have no unit. */
  readonly units: ReadonlyMap<string, number> | null;
  readonly unit: Location | null;
}

export function numberPlan(options: NumberOptions): NumberPlan {
  const { value, absoluteTolerance, relativeTolerance, units, unit } = options;
  if (unit !== undefined && units === undefined) {
    throw new ComparisonOptionError(
      'unit',
      'only together with units, such as units: [{ unit: km, factor: 1000 }]',
    );
  }
  return {
    kind: 'number',
    value: locationOption('value', value),
    absoluteTolerance: toleranceOption('absoluteTolerance', absoluteTolerance ?? 0),
    relativeTolerance: toleranceOption('relativeTolerance', relativeTolerance ?? 0),
    units: units === undefined ? null : new Map(units.map(unitOption)),
    unit: unit === undefined ? null : locationOption('unit', unit),
  };
}

function unitOption({ unit, factor }: UnitOptions): readonly [string, number] {
  if (factor > 0 && factor < Infinity) return [unit, factor];
  throw new ComparisonOptionError('units', `the factor of "${unit}" must be a finite number above 0`);
}
