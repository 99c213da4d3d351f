import type { JsonPointer } from '../json/json-pointer.ts';
import { ComparisonOptionError, pointerOption, toleranceOption } from '../options.ts';

/** Bodies must be equal field by field. */
export interface JsonOptions {
  readonly kind: 'json';
  /** JSON Pointers to what is left out, with all below it; a segment `*` stands for any key or index. Default: nothing. */
  readonly ignore?: readonly string[];
  /** How far apart two numbers in one place may be; default 0. */
  readonly numberTolerance?: number;
}

export interface JsonPlan {
  readonly kind: 'json';
  readonly ignore: readonly JsonPointer[];
  readonly numberTolerance: number;
}

export function jsonPlan({ ignore, numberTolerance }: JsonOptions): JsonPlan {
  return {
    kind: 'json',
    ignore: (ignore ?? []).map(ignoredPath),
    numberTolerance: toleranceOption('numberTolerance', numberTolerance ?? 0),
  };
}

function ignoredPath(text: string): JsonPointer {
  const path = pointerOption('ignore', text);
  if (path.segments.length === 0) {
    throw new ComparisonOptionError(
      'ignore',
      '"" is the whole body, nothing would be compared: name a field, such as "/id"',
    );
  }
  return path;
}
