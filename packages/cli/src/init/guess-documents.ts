import { UserError } from '../user-error.ts';
import { rankName } from './field-names.ts';
import { type ExampleAnswers, type Guess, shown } from './guess.ts';
import { differingPaths, shareAnything } from './json-leaves.ts';

export interface DocumentFindings {
  /** Pointers to what production answered differently when it was asked again. */
  readonly changing: readonly string[];
  /** Pointers to what could each be the answer. */
  readonly candidates: readonly string[];
}

const maxNamed = 5;

/**
 * Guesses that whole documents are to be compared, but for what changes by itself or is not the model's to say.
 *
 * @throws UserError if nothing is left to compare
 */
export function guessDocuments(answers: ExampleAnswers, { changing, candidates }: DocumentFindings): Guess {
  const { production, shadow } = answers;
  const aside = differingPaths(production, shadow, changing).filter((pointer) => {
    return rankName(pointer.split('/').at(-1) ?? '').isAside;
  });
  const ignore = [...changing, ...aside];
  if (!shareAnything(production, shadow, ignore)) throw nothingInCommon(answers, changing);
  const names = candidates.slice(0, maxNamed);
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
