import { porterStem } from './porter-stem.ts';

/**
 * How a text is cut into tokens: `unicode` takes words of every script, `rouge-score` those of the letters a to z and
 * digits only, as the Python package of that name does.
 */
export const tokenizers = ['unicode', 'rouge-score'] as const;

export type Tokenizer = (typeof tokenizers)[number];

export interface TokenizeOptions {
  readonly tokenizer: Tokenizer;
  /** Whether English words are reduced to their stems. */
  readonly stem: boolean;
}

/**
 * The tokens of a text, in lower case. Equal texts have equal tokens in every version of Node: scripts that are written
 * without spaces are cut into characters, for a dictionary (`Intl.Segmenter`) changes with the version of ICU.
 */
export function tokenize(text: string, { tokenizer, stem }: TokenizeOptions): readonly string[] {
  const tokens = (tokenizer === 'unicode' ? unicodeText(text) : text.toLowerCase()).match(words[tokenizer]);
  if (tokens === null) return [];
  return stem ? stemmed(tokens) : tokens;
}

const scripts = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar'];
const unspaced = `[${scripts.map((script) => String.raw`\p{scx=${script}}`).join('')}]`;

const words: Readonly<Record<Tokenizer, RegExp>> = {
  unicode: new RegExp(
    String.raw`(?=[\p{L}\p{N}])${unspaced}\p{M}*|(?:(?!${unspaced})[\p{L}\p{N}]\p{M}*)+`,
    'gu',
  ),
  'rouge-score': /[a-z0-9]+/g,
};

/** Lower case, and one spelling for what looks the same: composed letters, full-width digits, ligatures (NFKC). */
function unicodeText(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** rouge-score stems words of more than three characters. */
function stemmed(tokens: readonly string[]): readonly string[] {
  return tokens.map((token) => (token.length <= 3 ? token : rememberedStem(token)));
}

/** Words come again, in a text and in the next one: a stem is looked up ten times as fast as it is found. */
const stems = new Map<string, string>();
const maxStems = 20_000;
/** A longer token may be a view of its text, in V8, and hold the whole of it. */
const maxRememberedLength = 12;

function rememberedStem(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  const stem = porterStem(word);
  if (word.length > maxRememberedLength) return stem;
  if (stems.size === maxStems) stems.clear();
  stems.set(word, stem);
  return stem;
}
