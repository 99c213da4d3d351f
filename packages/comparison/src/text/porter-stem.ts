/**
 * The stem of an English word in lower case: Porter's algorithm (Program 14(3), 1980) with the extensions that
 * NLTK's `PorterStemmer` has by default. rouge-score stems with that, so equal stems are equal scores.
 *
 *     porterStem('running'); // 'run'
 *     porterStem('studies'); // 'studi'
 */
export function porterStem(word: string): string {
  const irregular = irregularStems.get(word);
  if (irregular !== undefined) return irregular;
  if (word.length <= 2) return word;
  let stem = withoutPlural(word);
  stem = withoutPast(stem);
  stem = withFinalI(stem);
  stem = withSimpleSuffix(stem);
  stem = replaced(stem, residualSuffixes, 0);
  stem = withoutLongSuffix(stem);
  return withoutDoubleL(withoutFinalE(stem));
}

const irregularStems: ReadonlyMap<string, string> = new Map([
  ['skies', 'sky'],
  ['sky', 'sky'],
  ['dying', 'die'],
  ['lying', 'lie'],
  ['tying', 'tie'],
  ['news', 'news'],
  ['innings', 'inning'],
  ['inning', 'inning'],
  ['outings', 'outing'],
  ['outing', 'outing'],
  ['cannings', 'canning'],
  ['canning', 'canning'],
  ['howe', 'howe'],
  ['proceed', 'proceed'],
  ['exceed', 'exceed'],
  ['succeed', 'succeed'],
]);

/** Suffixes with what takes their place, by their last two letters; of several the first one that fits counts. */
type SuffixTable = ReadonlyMap<string, readonly (readonly [suffix: string, replacement: string])[]>;

function suffixTable(written: string): SuffixTable {
  const rules = written.split(' ').map((rule) => {
    const [suffix = '', replacement = ''] = rule.split('>');
    return [suffix, replacement] as const;
  });
  return Map.groupBy(rules, ([suffix]) => suffix.slice(-2));
}

/** Step 2; `logi` and `alli` have conditions of their own. */
const simpleSuffixes = suffixTable(
  'ational>ate tional>tion enci>ence anci>ance izer>ize bli>ble entli>ent eli>e ousli>ous ization>ize ' +
    'ation>ate ator>ate alism>al iveness>ive fulness>ful ousness>ous aliti>al iviti>ive biliti>ble fulli>ful',
);

/** Step 3. */
const residualSuffixes = suffixTable('icate>ic ative> alize>al iciti>ic ical>ic ful> ness>');

/** Step 4; `ion` has a condition of its own. */
const longSuffixes = suffixTable(
  'al> ance> ence> er> ic> able> ible> ant> ement> ment> ent> ou> ism> ate> iti> ous> ive> ize>',
);

/** The word with its suffix replaced if what is before it has a measure above `above`. */
function replaced(word: string, table: SuffixTable, above: number): string {
  for (const [suffix, replacement] of table.get(word.slice(-2)) ?? []) {
    if (!word.endsWith(suffix)) continue;
    const stem = word.slice(0, -suffix.length);
    return measure(stem) > above ? stem + replacement : word;
  }
  return word;
}

/** Step 1a. */
function withoutPlural(word: string): string {
  if (!word.endsWith('s') || word.endsWith('ss')) return word;
  if (word.endsWith('ies')) return word.length === 4 ? word.slice(0, -1) : word.slice(0, -2);
  return word.endsWith('sses') ? word.slice(0, -2) : word.slice(0, -1);
}

/** Step 1b. */
function withoutPast(word: string): string {
  if (word.endsWith('ied')) return word.length === 4 ? word.slice(0, -1) : word.slice(0, -2);
  if (word.endsWith('eed')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  const length = word.endsWith('ed') ? 2 : word.endsWith('ing') ? 3 : 0;
  const stem = word.slice(0, -length);
  if (length === 0 || !hasVowel(stem)) return word;
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (endsInDoubleConsonant(stem)) return /[lsz]$/.test(stem) ? stem : stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

/** Step 1c. */
function withFinalI(word: string): string {
  if (!word.endsWith('y') || word.length < 3) return word;
  const stem = word.slice(0, -1);
  return isConsonant(stem, stem.length - 1) ? `${stem}i` : word;
}

/** Step 2. */
function withSimpleSuffix(word: string): string {
  if (word.endsWith('alli')) {
    return measure(word.slice(0, -4)) > 0 ? withSimpleSuffix(word.slice(0, -2)) : word;
  }
  // The `l` counts for the stem, so that `geology` and `archaeology` end alike.
  if (word.endsWith('logi')) return measure(word.slice(0, -3)) > 0 ? word.slice(0, -1) : word;
  return replaced(word, simpleSuffixes, 0);
}

/** Step 4. */
function withoutLongSuffix(word: string): string {
  if (!word.endsWith('ion')) return replaced(word, longSuffixes, 1);
  const stem = word.slice(0, -3);
  return /[st]$/.test(stem) && measure(stem) > 1 ? stem : word;
}

/** Step 5a. */
function withoutFinalE(word: string): string {
  if (!word.endsWith('e')) return word;
  const stem = word.slice(0, -1);
  const size = measure(stem);
  return size > 1 || (size === 1 && !endsShort(stem)) ? stem : word;
}

/** Step 5b. */
function withoutDoubleL(word: string): string {
  if (!word.endsWith('ll')) return word;
  const shorter = word.slice(0, -1);
  return measure(shorter) > 1 ? shorter : word;
}

/** How often a vowel is followed by a consonant: m in `[C](VC){m}[V]`. */
function measure(stem: string): number {
  let changes = 0;
  let wasVowel = false;
  for (let place = 0; place < stem.length; place++) {
    const isVowel = isVowelAfter(stem, place, wasVowel);
    if (wasVowel && !isVowel) changes++;
    wasVowel = isVowel;
  }
  return changes;
}

function hasVowel(stem: string): boolean {
  return /[aeiou]|.y/.test(stem);
}

function isConsonant(word: string, end: number): boolean {
  let wasVowel = false;
  for (let place = 0; place <= end; place++) wasVowel = isVowelAfter(word, place, wasVowel);
  return !wasVowel;
}

/** `y` is a vowel after a consonant only; at the beginning of a word it is none. */
function isVowelAfter(word: string, place: number, wasVowel: boolean): boolean {
  const letter = word[place];
  if (letter === 'y') return place > 0 && !wasVowel;
  return letter === 'a' || letter === 'e' || letter === 'i' || letter === 'o' || letter === 'u';
}

function endsInDoubleConsonant(word: string): boolean {
  const last = word.length - 1;
  return last > 0 && word[last] === word[last - 1] && isConsonant(word, last);
}

/** Consonant, vowel, consonant (but not w, x or y), as in `hop`; or a vowel and a consonant alone. */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last < 1 || !isConsonant(word, last) || isConsonant(word, last - 1)) return false;
  if (last === 1) return true;
  return isConsonant(word, last - 2) && !/[wxy]$/.test(word);
}
