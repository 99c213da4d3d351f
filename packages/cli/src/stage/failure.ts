import { ProcessError, type ProcessExit } from '@understudy/infra-local';
import { readableLogLines } from './log-lines.ts';

/** What a process that ended by itself ended with, and the last it said. */
export function describeExit({ name, code, signal, lastLogLines, logFile }: ProcessExit): string {
  return withLog(`${name} has ended (${code === null ? signal : `code ${code}`})`, lastLogLines, logFile);
}

/** Why the demo can't go on. */
export function describeError(error: unknown): string {
  if (error instanceof ProcessError) {
    const [what = ''] = error.message.split('. Its last lines');
    return withLog(what, error.lastLogLines, error.logFile);
  }
  return error instanceof Error ? error.message : String(error);
}

function withLog(what: string, lines: readonly string[], logFile: string): string {
  return [`${what}. Its last lines (all of it: ${logFile}):`, ...readableLogLines(lines)].join('\n  ');
}
