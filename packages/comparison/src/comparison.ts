/** What may differ between two answers: the closed list, in the order in which pages show it. */
export const differenceCategories = [
  'status',
  'error',
  'class',
  'score',
  'number',
  'direction',
  'scale',
  'text',
  'bytes',
  'value',
  'type',
  'size',
  'order',
  'missing',
  'extra',
] as const;

export type DifferenceCategory = (typeof differenceCategories)[number];

/** One place in which the answers differ. */
export interface Difference {
  readonly category: DifferenceCategory;
  /**
   * JSON Pointer into both bodies, or the JSONPath by which both values were found, cut to `maxTextLength`; of tool calls a pointer into
   * the calls by name, or in their order; empty for
   * the status and for a body as a whole.
   */
  readonly path: string;
  /** Canonical JSON text, cut to `maxTextLength`; `null` where that side has nothing there. */
  readonly production: string | null;
  readonly shadow: string | null;
}

/** The classes, or the numbers, that both sides answered: canonical JSON text, at most `maxTextLength` long. */
export interface OutputPair {
  readonly production: string;
  readonly shadow: string;
}

/**
 * What can be wrong with one side's answer. Where the sides have different problems, the first in this list
 * is named.
 */
export const answerProblems = [
  'truncated',
  'empty',
  'not-utf8',
  'not-json',
  'error-missing',
  'error-ambiguous',
  'label-missing',
  'label-ambiguous',
  'label-wrong-type',
  'label-too-long',
  'score-missing',
  'score-wrong-type',
  'score-ambiguous',
  'score-not-a-number',
  'value-missing',
  'value-ambiguous',
  'value-not-a-number',
  'unit-missing',
  'unit-ambiguous',
  'unit-unknown',
  'document-missing',
  'document-ambiguous',
  'document-not-json',
  'items-missing',
  'items-ambiguous',
  'items-wrong-type',
  'items-without-id',
  'items-repeated',
  'vector-missing',
  'vector-ambiguous',
  'vector-wrong-type',
  'zero-vector',
  'calls-ambiguous',
  'calls-wrong-type',
  'calls-without-name',
  'arguments-not-json',
  'stream-without-events',
  'event-not-json',
  'text-missing',
  'text-wrong-type',
] as const;

export type AnswerProblem = (typeof answerProblems)[number];

/** What can be wrong with a pair, whichever side it comes from. */
const pairProblems = ['too-deep', 'texts-too-long', 'no-tokens'] as const;

const sides = ['production', 'shadow', 'both'] as const;

export type NotComparableReason =
  `${(typeof sides)[number]}-${AnswerProblem}` | (typeof pairProblems)[number];

/** Why two answers can't be compared: the closed list. */
export const notComparableReasons: readonly NotComparableReason[] = [
  ...answerProblems.flatMap((problem) => sides.map((side) => `${side}-${problem}` as const)),
  ...pairProblems,
];

export interface NotComparable {
  readonly outcome: 'not-comparable';
  readonly reason: NotComparableReason;
}

export interface Compared {
  readonly outcome: 'agree' | 'differ';
  /** How alike the answers are, in [0, 1]; what it means depends on the kind of comparison. */
  readonly score: number;
  /** Differences in the order of their paths, the first `maxListedDifferences` of them. */
  readonly differences: readonly Difference[];
  /** All differences, those beyond the listed ones too. */
  readonly differenceCount: number;
  /** The categories of all differences, each once, in the order of `differenceCategories`. */
  readonly categories: readonly DifferenceCategory[];
  /** `null` where there is no such thing: bodies were compared as a whole, were errors, or, for their status, not read. */
  readonly outputs: OutputPair | null;
}

export type Comparison = Compared | NotComparable;

/**
 * Names the problem that keeps two answers from being compared; at least one side must have one. Swapping the
 * sides swaps their names in the reason and changes nothing else.
 */
export function notComparable(production: AnswerProblem | null, shadow: AnswerProblem | null): NotComparable {
  for (const problem of answerProblems) {
    const reason = reasonOf(problem, production === problem, shadow === problem);
    if (reason !== null) return { outcome: 'not-comparable', reason };
  }
  throw new TypeError('notComparable needs a problem on at least one side');
}

function reasonOf(
  problem: AnswerProblem,
  onProduction: boolean,
  onShadow: boolean,
): NotComparableReason | null {
  if (onProduction && onShadow) return `both-${problem}`;
  if (onProduction) return `production-${problem}`;
  return onShadow ? `shadow-${problem}` : null;
}
