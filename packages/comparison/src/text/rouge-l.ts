import { longestCommonSubsequence } from './longest-common-subsequence.ts';
import { tokenize, type Tokenizer } from './tokenize.ts';

export interface RougeLInput {
  readonly reference: string;
  readonly candidate: string;
  /** Whether words are reduced to their English stems; default false. */
  readonly stem?: boolean;
  /** Default `rouge-score`, for the same values as that package; comparisons take `unicode`. */
  readonly tokenizer?: Tokenizer;
}

/** Shares in [0, 1]. */
export interface RougeScore {
  /** Of the candidate's tokens, how many are in the longest common subsequence. */
  readonly precision: number;
  /** Of the reference's tokens. */
  readonly recall: number;
  /** Their harmonic mean; the same whichever text is the reference. */
  readonly fMeasure: number;
}

/**
 * ROUGE-L of two texts as one sentence each (Lin, "ROUGE: a package for automatic evaluation of summaries", 2004), as
 * Google's rouge-score computes `rougeL`. Without a token on one side everything is 0.
 *
 *     rougeL({ reference: 'the cat sat', candidate: 'the cat sat down' }); // { precision: 0.75, recall: 1, fMeasure: 0.857… }
 */
export function rougeL({
  reference,
  candidate,
  stem = false,
  tokenizer = 'rouge-score',
}: RougeLInput): RougeScore {
  return rougeLOfTokens(tokenize(reference, { tokenizer, stem }), tokenize(candidate, { tokenizer, stem }));
}

/** The same for texts that are tokens already. */
export function rougeLOfTokens(reference: readonly string[], candidate: readonly string[]): RougeScore {
  const shared = longestCommonSubsequence(reference, candidate);
  if (shared === 0) return { precision: 0, recall: 0, fMeasure: 0 };
  const precision = shared / candidate.length;
  const recall = shared / reference.length;
  return { precision, recall, fMeasure: (2 * precision * recall) / (precision + recall) };
}
