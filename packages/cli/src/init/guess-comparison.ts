import { UserError } from '../user-error.ts';
import { rankName } from './field-names.ts';
import { differingPaths, type Leaf, leavesOf, type Scalar, shareAnything } from './json-leaves.ts';

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

/** A leaf that both sides have, of one type, and that stays the same when production is asked again. */
interface Common extends Leaf {
  readonly shadowValue: Scalar;
  readonly ranks: ReturnType<typeof rankName>;
}

const maxLabelCharacters = 64;
const maxLabelWords = 4;
const maxNamed = 5;

/**
 * Guesses what the answers say: a class or a number, where one field stands out by its name or by being the only one
 * of its kind; else they are documents.
 *
 * @throws UserError if the answers have nothing in common that could be compared
 */
export function guessComparison(answers: ExampleAnswers): Guess {
  const changing = differingPaths(answers.production, answers.productionAgain);
  const common = commonLeaves(answers, changing);
  const label = mostTelling(
    common.filter((leaf) => isLabelByName(leaf, common)),
    'label',
  );
  if (label !== undefined) return asClass(label, 'a name that labels usually have', common);
  const number = mostTelling(
    common.filter(({ value }) => typeof value === 'number'),
    'number',
  );
  if (number !== undefined) return asNumber(number, 'a name that predicted numbers usually have');

  const others = common.filter(({ ranks }) => !ranks.isAside);
  const texts = others.filter(({ value }) => typeof value !== 'number' && couldBeLabel(value));
  const numbers = others.filter(({ value }) => typeof value === 'number');
  const [onlyText, secondText] = texts;
  if (onlyText !== undefined && secondText === undefined) {
    return asClass(onlyText, 'the only short text or boolean that both have', common);
  }
  const [onlyNumber, secondNumber] = numbers;
  if (texts.length === 0 && onlyNumber !== undefined && secondNumber === undefined) {
    return asNumber(onlyNumber, 'the only number that both have');
  }
  return asDocuments(answers, changing, [...texts, ...numbers]);
}

function commonLeaves({ production, shadow }: ExampleAnswers, changing: readonly string[]): Common[] {
  const shadowLeaves = new Map(leavesOf(shadow).map(({ pointer, value }) => [pointer, value]));
  return leavesOf(production).flatMap((leaf) => {
    const shadowValue = shadowLeaves.get(leaf.pointer);
    if (shadowValue === undefined || typeof shadowValue !== typeof leaf.value) return [];
    // The way to an element of a batch of one is `0` here and `*` there.
    if (changing.includes(leaf.pointer.replaceAll(/\/0(?=\/|$)/g, '/*'))) return [];
    return [{ ...leaf, shadowValue, ranks: rankName(leaf.name) }];
  });
}

function isLabelByName({ value, ranks }: Common, common: readonly Common[]): boolean {
  if (ranks.label === null) return false;
  if (typeof value !== 'number') return couldBeLabel(value);
  if (!Number.isInteger(value)) return false;
  return !ranks.isAmbiguous || common.some((other) => other.ranks.score !== null && isShare(other.value));
}

function couldBeLabel(value: Scalar): boolean {
  if (typeof value !== 'string') return true;
  return value !== '' && value.length <= maxLabelCharacters && value.split(/\s+/).length <= maxLabelWords;
}

function isShare(value: Scalar): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}

/** By name, then the one that lies least deep. */
function mostTelling(leaves: readonly Common[], as: 'label' | 'number' | 'score'): Common | undefined {
  const depth = ({ pointer }: Common): number => pointer.split('/').length;
  return leaves
    .filter(({ ranks }) => ranks[as] !== null)
    .toSorted((a, b) => (a.ranks[as] ?? 0) - (b.ranks[as] ?? 0) || depth(a) - depth(b))[0];
}

function asClass(label: Common, why: string, common: readonly Common[]): Guess {
  const numbers = common.filter(
    ({ pointer, value }) => pointer !== label.pointer && typeof value === 'number',
  );
  const beside = numbers.filter(({ pointer }) => parentOf(pointer) === parentOf(label.pointer));
  const score = mostTelling(beside, 'score') ?? mostTelling(numbers, 'score') ?? null;
  const alongside = score === null ? '' : ` ${score.pointer} is recorded as its score, and not judged.`;
  return {
    comparison: { kind: 'class', label: label.pointer, score: score?.pointer ?? null },
    reason: `Both answers have ${kindOf(label.value)} ${described(label)}, ${why}.${alongside}`,
  };
}

function asNumber(number: Common, why: string): Guess {
  return {
    comparison: { kind: 'number', value: number.pointer },
    reason: `Both answers have a number ${described(number)}, ${why}.`,
  };
}

function asDocuments(answers: ExampleAnswers, changing: readonly string[], tied: readonly Common[]): Guess {
  const { production, shadow } = answers;
  const aside = differingPaths(production, shadow, changing).filter((pointer) => {
    return rankName(pointer.split('/').at(-1) ?? '').isAside;
  });
  const ignore = [...changing, ...aside];
  if (!shareAnything(production, shadow, ignore)) throw nothingInCommon(answers, changing);
  const names = tied.slice(0, maxNamed).map(({ pointer }) => pointer);
  const why =
    names.length === 0
      ? 'The answers have no label or number in common, so they are compared as documents, field by field.'
      : `Several fields could be what the model says (${names.join(', ')}), so the answers are compared as documents.`;
  const changed =
    changing.length === 0
      ? ''
      : ` Left out, because production said something else when it was asked again: ${changing.join(', ')}.`;
  const named =
    aside.length === 0
      ? ''
      : ` Left out, because by name it is about the answer and no part of it: ${aside.join(', ')}.`;
  return { comparison: { kind: 'json', ignore }, reason: why + changed + named };
}

function nothingInCommon({ production, shadow }: ExampleAnswers, changing: readonly string[]): UserError {
  if (changing.length > 0 && shareAnything(production, shadow, [])) {
    return new UserError(
      `Production answers the same request differently each time (${changing.join(', ')}), and nothing else is in common: ` +
        'there is nothing to compare. Make the model repeatable for a request, or have it answer with a label.',
    );
  }
  return new UserError(
    `The two answers have nothing in common to compare. Production: ${shown(production)}; the shadow: ${shown(shadow)}.`,
  );
}

function described({ pointer, value, shadowValue }: Common): string {
  const place = pointer === '' ? 'as a whole' : `at ${pointer}`;
  return `${place} (production ${shown(value)}, the shadow ${shown(shadowValue)})`;
}

function kindOf(value: Scalar): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'a boolean' : 'a whole number';
}

const shownCharacters = 60;

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}
