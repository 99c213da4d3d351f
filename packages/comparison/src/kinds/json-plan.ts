import type { Location } from '../json/location.ts';
import { type PathPattern, pathRules, type PathRules, type Tolerances } from '../json/path-rules.ts';
import { ComparisonOptionError, locationOption, pointerOption, toleranceOption } from '../options.ts';

/** Documents must be equal field by field. */
export interface JsonOptions extends JsonJudgingOptions {
  readonly kind: 'json';
  /**
   * Where the document is: JSON, or a text that is JSON, perhaps in a fence of Markdown; default: the whole body.
   */
  readonly document?: string;
}

/** When two documents are equal. */
export interface JsonJudgingOptions {
  /** JSON Pointers to what is left out, with all below it; a segment `*` stands for any key or index. Default: nothing. */
  readonly ignore?: readonly string[];
  /** How far apart two numbers in one place may be; default 0. */
  readonly numberTolerance?: number;
  /** What is otherwise in some places; default: nothing. */
  readonly rules?: readonly JsonRuleOptions[];
}

export interface JsonRuleOptions {
  /** JSON Pointer; a segment `*` stands for any key or index. */
  readonly path: string;
  /** How far apart two numbers may be, there and below; default 0 where `relativeTolerance` is given, else as above. */
  readonly absoluteTolerance?: number;
  /** The same as a share of the larger one by size; default 0 where `absoluteTolerance` is given, else as above. */
  readonly relativeTolerance?: number;
  /**
   * The list there has no order: its elements are told apart by what this JSON Pointer leads to in each, a string, number or
   * boolean. The empty one is for lists of such values themselves.
   */
  readonly unorderedBy?: string;
}

export interface JsonPlan extends JsonJudging {
  readonly kind: 'json';
  readonly document: Location | null;
}

export interface JsonJudging {
  readonly rules: PathRules | null;
  /** Where no rule has others. */
  readonly tolerances: Tolerances;
}

export function jsonPlan(options: JsonOptions): JsonPlan {
  const { document } = options;
  return {
    kind: 'json',
    document: document === undefined ? null : locationOption('document', document),
    ...jsonJudging(options),
  };
}

export function jsonJudging({ ignore, numberTolerance, rules }: JsonJudgingOptions): JsonJudging {
  return {
    rules: pathRules([...(ignore ?? []).map(ignoredPattern), ...(rules ?? []).map(rulePattern)]),
    tolerances: {
      absoluteTolerance: toleranceOption('numberTolerance', numberTolerance ?? 0),
      relativeTolerance: 0,
    },
  };
}

function ignoredPattern(text: string): PathPattern {
  const path = pointerOption('ignore', text);
  if (path.segments.length > 0) return [path, { isIgnored: true, tolerances: null, unorderedBy: null }];
  throw new ComparisonOptionError(
    'ignore',
    '"" is the whole body, nothing would be compared: name a field, such as "/id"',
  );
}

function rulePattern({
  path,
  absoluteTolerance,
  relativeTolerance,
  unorderedBy,
}: JsonRuleOptions): PathPattern {
  const hasTolerance = absoluteTolerance !== undefined || relativeTolerance !== undefined;
  if (!hasTolerance && unorderedBy === undefined) {
    throw new ComparisonOptionError(
      'rules',
      `the one for "${path}" needs absoluteTolerance, relativeTolerance or unorderedBy`,
    );
  }
  const tolerances = {
    absoluteTolerance: toleranceOption('rules', absoluteTolerance ?? 0),
    relativeTolerance: toleranceOption('rules', relativeTolerance ?? 0),
  };
  return [
    pointerOption('rules', path),
    {
      isIgnored: false,
      tolerances: hasTolerance ? tolerances : null,
      unorderedBy: unorderedBy === undefined ? null : pointerOption('rules', unorderedBy),
    },
  ];
}
