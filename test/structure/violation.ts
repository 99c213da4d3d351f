/** One place where a rule is broken. */
export interface Violation {
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** What was found there. */
  readonly found: string;
}

/** The line, counted from 1, of the character at `index`. */
export function lineAt(text: string, index: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) line += 1;
  return line;
}
