import type { DeadLetter, LetterPosition } from '@understudy/streams';
import { InvalidArgumentError } from 'commander';

/** Which letters a command is about. */
export interface LetterFilter {
  /** `(experiment).(shadow).(run)`; null: all. */
  readonly lane: string | null;
  /** What their reason begins with; null: all. */
  readonly reason: string | null;
}

export function selectLetters<T extends Pick<DeadLetter, 'letter'>>(
  letters: readonly T[],
  { lane, reason }: LetterFilter,
): readonly T[] {
  return letters.filter(({ letter }) => {
    if (lane !== null && letter?.lane !== lane) return false;
    return reason === null || (letter !== null && letter.reason.startsWith(reason));
  });
}

/** `PARTITION/OFFSET`, as `list` shows it. @throws InvalidArgumentError */
export function parsePosition(text: string): LetterPosition {
  const [, partition, offset] = /^(\d{1,9})\/(\d{1,15})$/.exec(text) ?? [];
  if (partition === undefined || offset === undefined) {
    throw new InvalidArgumentError('A letter is named by PARTITION/OFFSET, as "dead-letters list" shows it.');
  }
  return { partition: Number(partition), offset: Number(offset) };
}

/** The same for an argument that may be repeated. */
export function collectPosition(
  text: string,
  positions: readonly LetterPosition[] = [],
): readonly LetterPosition[] {
  return [...positions, parsePosition(text)];
}

export function positionText({ partition, offset }: LetterPosition): string {
  return `${partition}/${offset}`;
}
