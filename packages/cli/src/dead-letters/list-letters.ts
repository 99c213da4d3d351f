import { listDeadLetters } from '@understudy/streams';
import { letterDocument, letterListText } from './letter-list.ts';
import { withDeadLetters } from './open-dead-letters.ts';
import { type LetterFilter, selectLetters } from './select-letters.ts';

export interface ListLettersOptions {
  readonly configFile: string;
  readonly filter: LetterFilter;
  /** Rows to show, the newest. */
  readonly limit: number;
  /** Print one JSON document instead of tables. */
  readonly isJson: boolean;
}

/** Letters looked at, the newest; their bytes are not kept. */
export const maxListedLetters = 100_000;

/** Prints the dead letters that were asked for. */
export async function listLetters({ configFile, filter, limit, isJson }: ListLettersOptions): Promise<void> {
  await withDeadLetters(configFile, async (open) => {
    const { letters, older } = await listDeadLetters(open, maxListedLetters);
    const options = { letters: selectLetters(letters, filter), older, limit, nowMs: Date.now() };
    const text = isJson ? `${JSON.stringify(letterDocument(options), null, 2)}\n` : letterListText(options);
    process.stdout.write(text);
  });
}
