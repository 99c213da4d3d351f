import { type JsonPointer, JsonPointerError, parsePointer } from './json/json-pointer.ts';
import { LocationError, type Location, parseLocation } from './json/location.ts';

/** An option that makes no sense; the message begins with its name and says what to write. */
export class ComparisonOptionError extends Error {
  override readonly name = 'ComparisonOptionError';
  /** The option's name, such as `label`. */
  readonly option: string;
  /** What is wrong with it and what to write, without its name. */
  readonly problem: string;

  constructor(option: string, problem: string, cause?: unknown) {
    super(`${option}: ${problem}`, { cause });
    this.option = option;
    this.problem = problem;
  }
}

/*
 * Checks that options of several kinds share. Each gives the checked value, or throws a ComparisonOptionError.
 */

export function locationOption(option: string, text: string): Location {
  try {
    return parseLocation(text);
  } catch (error) {
    if (error instanceof LocationError) throw new ComparisonOptionError(option, error.message, error);
    throw error;
  }
}

export function pointerOption(option: string, text: string): JsonPointer {
  try {
    return parsePointer(text);
  } catch (error) {
    if (error instanceof JsonPointerError) throw new ComparisonOptionError(option, error.message, error);
    throw error;
  }
}

export function wholeNumberOption(option: string, value: number, max: number): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new ComparisonOptionError(option, `must be a whole number from 1 to ${max}, got ${value}`);
}

/** A share above 0 and up to 1. */
export function shareOption(option: string, value: number): number {
  if (value > 0 && value <= 1) return value;
  throw new ComparisonOptionError(option, `must be a number above 0 and up to 1, got ${value}`);
}

export function toleranceOption(option: string, value: number): number {
  if (value >= 0 && value < Infinity) return value;
  throw new ComparisonOptionError(option, `must be a finite number of at least 0, got ${value}`);
}
