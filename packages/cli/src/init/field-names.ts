/** Names that fields of models' answers usually have, most telling first. In snake case. */
const labels = [
  'label',
  'class',
  'class_name',
  'predicted_class',
  'predicted_label',
  'decision',
  'category',
  'verdict',
  'intent',
  'sentiment',
  'prediction',
  'outcome',
  'result',
];
/** Of those, the ones that a predicted number may have as well. */
const labelsOrNumbers = new Set(['prediction', 'outcome', 'result']);
const numbers = [
  'prediction',
  'predicted',
  'predicted_value',
  'value',
  'estimate',
  'forecast',
  'price',
  'amount',
  'score',
  'probability',
  'output',
  'result',
  'rating',
];
const scores = ['score', 'probability', 'confidence', 'proba', 'prob', 'certainty'];

/** Parts of names of what is about an answer, or a request, and not part of it. */
const aside =
  /(?:^|_)(?:id|ids|uuid|guid|key|time|timestamp|date|datetime|created|updated|at|version|revision|model|latency|duration|elapsed|took|ms|seconds|trace|span|request|hash|etag|nonce|token|status|ok|success|error|message|code|currency|unit|units)(?:_|$)/;

/** How telling a name is, from 0; null: it is none of them. */
export interface NameRanks {
  readonly label: number | null;
  readonly number: number | null;
  readonly score: number | null;
  /** It may be a label's and a number's. */
  readonly isAmbiguous: boolean;
  /** It is about the answer: an id, a time, a version. */
  readonly isAside: boolean;
}

export function rankName(name: string): NameRanks {
  const snake = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '_')
    .toLowerCase();
  return {
    label: rankIn(labels, snake),
    number: rankIn(numbers, snake),
    score: rankIn(scores, snake),
    isAmbiguous: labelsOrNumbers.has(singular(snake)),
    isAside: aside.test(snake),
  };
}

function rankIn(names: readonly string[], name: string): number | null {
  const rank = names.indexOf(singular(name));
  return rank < 0 ? null : rank;
}

/** `predictions` holds a prediction, when it holds only one. */
function singular(name: string): string {
  return name === 'classes' ? 'class' : name.replace(/([^s])s$/, '$1');
}
