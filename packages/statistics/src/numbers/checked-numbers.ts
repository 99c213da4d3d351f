/**
 * A sorted copy of numbers.
 *
 * @throws RangeError for NaN and infinities: a value that isn't known must not be among them
 */
export function sortedNumbers(values: readonly number[]): Float64Array {
  return checkedNumbers(values).sort();
}

/**
 * A copy of numbers.
 *
 * @throws RangeError for NaN and infinities
 */
export function checkedNumbers(values: readonly number[]): Float64Array {
  const copy = Float64Array.from(values);
  const wrong = copy.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new RangeError(`values must be finite numbers, got ${copy[wrong]} at place ${wrong}`);
  return copy;
}

/** @throws RangeError where there are not as many of the one as of the other, or a value isn't finite */
export function checkedPairs(first: readonly number[], second: readonly number[]): void {
  if (first.length !== second.length)
    throw new RangeError(`pairs need as many values on both sides, got ${first.length} and ${second.length}`);
  checkedNumbers(first);
  checkedNumbers(second);
}

/** Whether all values are one and the same: looked at, for rounding gives such values a variance. */
export function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0]);
}
