import { type JsonPointer, JsonPointerError, parsePointer } from './json-pointer.ts';

/** How two answers are compared. Pointers are JSON Pointers (RFC 6901) into the body. */
export type ComparisonOptions = ClassOptions | NumberOptions | JsonOptions;

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

/** Numbers must be within one of the tolerances. */
export interface NumberOptions {
  readonly kind: 'number';
  readonly value: string;
  /** How far apart the numbers may be; default 0. */
  readonly absoluteTolerance?: number;
  /** How far apart they may be as a share of the larger one (by size, whichever side it is on); default 0. */
  readonly relativeTolerance?: number;
}

/** Bodies must be equal field by field. */
export interface JsonOptions {
  readonly kind: 'json';
  /** What is left out, with all below it; a segment `*` stands for any key or index. Default: nothing. */
  readonly ignore?: readonly string[];
  /** How far apart two numbers in one place may be; default 0. */
  readonly numberTolerance?: number;
}

/** Options checked and made ready, once for all pairs. Made by `compileComparison`. */
export type ComparisonPlan = ClassPlan | NumberPlan | JsonPlan;

export interface ClassPlan {
  readonly kind: 'class';
  readonly label: JsonPointer;
  readonly score: JsonPointer | null;
  readonly scoreTolerance: number | null;
}

export interface NumberPlan {
  readonly kind: 'number';
  readonly value: JsonPointer;
  readonly absoluteTolerance: number;
  readonly relativeTolerance: number;
}

export interface JsonPlan {
  readonly kind: 'json';
  readonly ignore: readonly JsonPointer[];
  readonly numberTolerance: number;
}

/** An option that makes no sense; the message begins with its name and says what to write. */
export class ComparisonOptionError extends Error {
  override readonly name = 'ComparisonOptionError';
  /** The option's name, such as `label`. */
  readonly option: string;

  constructor(option: string, problem: string, cause?: unknown) {
    super(`${option}: ${problem}`, { cause });
    this.option = option;
  }
}

/**
 * @throws ComparisonOptionError for a malformed pointer, a tolerance below 0, or options that exclude each
 * other
 */
export function compileComparison(options: ComparisonOptions): ComparisonPlan {
  switch (options.kind) {
    case 'class':
      return classPlan(options);
    case 'number':
      return {
        kind: 'number',
        value: pointer('value', options.value),
        absoluteTolerance: tolerance('absoluteTolerance', options.absoluteTolerance ?? 0),
        relativeTolerance: tolerance('relativeTolerance', options.relativeTolerance ?? 0),
      };
    case 'json':
      return {
        kind: 'json',
        ignore: (options.ignore ?? []).map(ignoredPath),
        numberTolerance: tolerance('numberTolerance', options.numberTolerance ?? 0),
      };
  }
}

function classPlan(options: ClassOptions): ClassPlan {
  const { label, score, scoreTolerance } = options;
  if (scoreTolerance !== undefined && score === undefined) {
    throw new ComparisonOptionError(
      'scoreTolerance',
      'needs a score: add where it is, such as score: "/score"',
    );
  }
  return {
    kind: 'class',
    label: pointer('label', label),
    score: score === undefined ? null : pointer('score', score),
    scoreTolerance: scoreTolerance === undefined ? null : tolerance('scoreTolerance', scoreTolerance),
  };
}

function ignoredPath(text: string): JsonPointer {
  const path = pointer('ignore', text);
  if (path.segments.length === 0) {
    throw new ComparisonOptionError(
      'ignore',
      '"" is the whole body, nothing would be compared: name a field, such as "/id"',
    );
  }
  return path;
}

function pointer(option: string, text: string): JsonPointer {
  try {
    return parsePointer(text);
  } catch (error) {
    if (error instanceof JsonPointerError) throw new ComparisonOptionError(option, error.message, error);
    throw error;
  }
}

function tolerance(option: string, value: number): number {
  if (value >= 0 && value < Infinity) return value;
  throw new ComparisonOptionError(option, `must be a finite number of at least 0, got ${value}`);
}
