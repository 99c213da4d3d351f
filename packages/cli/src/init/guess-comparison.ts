import { rankName } from './field-names.ts';
import { type ExampleAnswers, type Guess, shown } from './guess.ts';
import { guessDocuments } from './guess-documents.ts';
import { differingPaths, type Leaf, leavesOf, type Scalar } from './json-leaves.ts';

/** A leaf that both sides have, of one type, and that stays the same when production is asked again. */
interface Common extends Leaf {
  readonly shadowValue: Scalar;
  readonly ranks: ReturnType<typeof rankName>;
}

const maxLabelCharacters = 64;
const maxLabelWords = 4;

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
  const allNumbers = common.filter(({ value }) => typeof value === 'number');
  const number = mostTelling(
    allNumbers.filter(({ ranks }) => ranks.score === null), // a score may be that of a class
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
  const score = texts.length === 0 ? mostTelling(allNumbers, 'number') : undefined;
  if (score !== undefined) return asNumber(score, 'a name that predicted numbers usually have');
  const [onlyNumber, secondNumber] = numbers;
  if (texts.length === 0 && onlyNumber !== undefined && secondNumber === undefined) {
    return asNumber(onlyNumber, 'the only number that both have');
  }
  const candidates = [...texts, ...numbers].map(({ pointer }) => pointer);
  return guessDocuments(answers, { changing, candidates });
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

function described({ pointer, value, shadowValue }: Common): string {
  const place = pointer === '' ? 'as a whole' : `at ${pointer}`;
  return `${place} (production ${shown(value)}, the shadow ${shown(shadowValue)})`;
}

function kindOf(value: Scalar): string {
  if (typeof value === 'string') return 'a text';
  return typeof value === 'boolean' ? 'a boolean' : 'a whole number';
}

function parentOf(pointer: string): string {
  return pointer.slice(0, pointer.lastIndexOf('/'));
}
