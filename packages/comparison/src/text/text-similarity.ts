import { editDistance } from './edit-distance.ts';
import { rougeLOfTokens } from './rouge-l.ts';
import { tokenize, type Tokenizer } from './tokenize.ts';

/** How alike two texts are: every metric is the same both ways round. */
export const textMetrics = ['exact', 'normalised', 'rouge-l', 'edit-distance'] as const;

export type TextMetric = (typeof textMetrics)[number];

export interface TextMetricOptions {
  readonly metric: TextMetric;
  /** Of `rouge-l`. */
  readonly tokenizer: Tokenizer;
  readonly stem: boolean;
}

/**
 * Tokens of `rouge-l`, or characters of `edit-distance`, that a text may have: the time grows with the product of both
 * texts', and is a tenth of a second at these.
 */
const maxUnits = 20_000;

/** A score in [0, 1], or why there is none. */
export type Similarity = number | 'too-long' | 'no-tokens';

/**
 * Texts that are equal as they are have 1, before any metric: what a metric leaves out (punctuation, scripts that its
 * tokenizer doesn't know) makes no text unlike itself.
 */
export function textSimilarity(a: string, b: string, options: TextMetricOptions): Similarity {
  if (a === b) return 1;
  switch (options.metric) {
    case 'exact':
      return 0;
    case 'normalised':
      return normalised(a) === normalised(b) ? 1 : 0;
    case 'rouge-l':
      return rougeSimilarity(tokenize(a, options), tokenize(b, options));
    case 'edit-distance':
      return editSimilarity(Array.from(a), Array.from(b));
  }
}

/** In lower case and one spelling of what looks the same (NFKC), with single spaces and none at the ends. */
function normalised(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

function rougeSimilarity(a: readonly string[], b: readonly string[]): Similarity {
  if (a.length === 0 && b.length === 0) return 'no-tokens';
  return Math.max(a.length, b.length) > maxUnits ? 'too-long' : rougeLOfTokens(a, b).fMeasure;
}

/** Of characters, that is of Unicode's code points. */
function editSimilarity(a: readonly string[], b: readonly string[]): Similarity {
  const longer = Math.max(a.length, b.length);
  return longer > maxUnits ? 'too-long' : 1 - editDistance(a, b) / longer;
}
