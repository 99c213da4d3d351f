import { findDeadLetters, type FoundLetter, type LetterPosition, StreamsError } from '@understudy/streams';
import { openRegistry } from '../open-registry.ts';
import { UserError } from '../user-error.ts';
import { type LetterContent, letterText } from './letter-text.ts';
import { type OpenDeadLetters, withDeadLetters } from './open-dead-letters.ts';
import { positionText } from './select-letters.ts';

/** Prints all there is to know of one letter. */
export async function showLetter(configFile: string, position: LetterPosition): Promise<void> {
  await withDeadLetters(configFile, async (open) => {
    const [found] = await findDeadLetters(open, [position]);
    if (found === undefined) {
      throw new UserError(`There is no letter at ${positionText(position)}, or not any more.`);
    }
    process.stdout.write(letterText(found, await contentOf(found, open), Date.now()));
  });
}

async function contentOf(
  { letter, record }: FoundLetter,
  { config, logger }: OpenDeadLetters,
): Promise<LetterContent> {
  if (letter === null || record.value === null) return { kind: 'unreadable', reason: 'not a letter of ours' };
  if (letter.calls === null) return { kind: 'unreadable', reason: 'it could not be read' };
  const registry = await openRegistry(config, logger);
  try {
    return { kind: 'request', request: await registry.decode('request', record.value) };
  } catch (error) {
    if (error instanceof StreamsError && error.code === 'unreadable') {
      return { kind: 'unreadable', reason: error.message };
    }
    throw error;
  }
}
