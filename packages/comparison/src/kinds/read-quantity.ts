import { type Reading, readNumber, readValue } from '../reading.ts';
import type { NumberPlan } from './number-plan.ts';

/** The number of an answer; where numbers have units, in the unit of factor 1. */
export function readQuantity(plan: NumberPlan, body: unknown): Reading<number> {
  if (plan.units === null) return readNumber(body, plan.value, 'value');
  const read = readValue(body, plan.value, 'value');
  if (!read.ok) return read;
  if (typeof read.value === 'string') return written(read.value, plan.units);
  const number = readNumber(body, plan.value, 'value');
  if (!number.ok) return number;
  if (plan.unit === null) return { ok: false, reason: 'unit-missing' };
  const unit = readValue(body, plan.unit, 'unit');
  if (!unit.ok) return unit;
  return inBaseUnit(number.value, unit.value, plan.units);
}

/** `1.5 km`, `1.5km`, `-3e2 m`. */
const quantity = /^\s*([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)\s*(.*?)\s*$/is;

function written(text: string, units: ReadonlyMap<string, number>): Reading<number> {
  const [, number, unit] = quantity.exec(text) ?? [];
  if (number === undefined) return { ok: false, reason: 'value-not-a-number' };
  return unit === '' ? { ok: false, reason: 'unit-missing' } : inBaseUnit(Number(number), unit, units);
}

function inBaseUnit(number: number, unit: unknown, units: ReadonlyMap<string, number>): Reading<number> {
  const factor = typeof unit === 'string' ? units.get(unit) : undefined;
  if (factor === undefined) return { ok: false, reason: 'unit-unknown' };
  const value = number * factor;
  return Number.isFinite(value) ? { ok: true, value } : { ok: false, reason: 'value-not-a-number' };
}
