import type { UnitSums } from '@understudy/schemas-avro';
import type { Outcomes } from './outcomes.ts';

export const noUnits: UnitSums = {
  units: 0,
  agreed: 0,
  missing: 0,
  called: 0,
  inTime: 0,
  failed: 0,
  deferred: 0,
};

export function addSums(a: UnitSums, b: UnitSums): UnitSums {
  return {
    units: a.units + b.units,
    agreed: a.agreed + b.agreed,
    missing: a.missing + b.missing,
    called: a.called + b.called,
    inTime: a.inTime + b.inTime,
    failed: a.failed + b.failed,
    deferred: a.deferred + b.deferred,
  };
}

/** One unit with the weight 1: of its requests that count, and of its calls, the shares. */
export function addUnit(sums: UnitSums, unit: Outcomes): UnitSums {
  // What is corrected may be of an earlier unit of the key, and have nothing here to take away from.
  const missing = Math.max(0, unit.missing);
  const deferred = Math.max(0, unit.deferred);
  const counted = unit.compared + unit.failed + missing;
  const calls = unit.answered + unit.failed + deferred;
  return {
    units: sums.units + (counted > 0 ? 1 : 0),
    agreed: sums.agreed + (counted > 0 ? unit.agreed / counted : 0),
    missing: sums.missing + (counted > 0 ? missing / counted : 0),
    called: sums.called + (calls > 0 ? 1 : 0),
    inTime: sums.inTime + (calls > 0 ? unit.inTime / calls : 0),
    failed: sums.failed + (calls > 0 ? unit.failed / calls : 0),
    deferred: sums.deferred + (calls > 0 ? deferred / calls : 0),
  };
}
