/** Parsed answers to one and the same request. */
export interface ExampleAnswers {
  readonly production: unknown;
  /** Production's, asked once more: what changes by itself can't be compared. */
  readonly productionAgain: unknown;
  readonly shadow: unknown;
}

/** How the answers are to be compared, as the config has it. */
export type GuessedComparison =
  | { readonly kind: 'class'; readonly label: string; readonly score: string | null }
  | { readonly kind: 'number'; readonly value: string }
  | { readonly kind: 'json'; readonly ignore: readonly string[] };

export interface Guess {
  readonly comparison: GuessedComparison;
  /** Why, in sentences. */
  readonly reason: string;
}

const shownCharacters = 60;

/** A JSON value for a sentence: its beginning. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
