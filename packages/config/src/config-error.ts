/** One thing that is wrong in a configuration file, and where. */
export interface Problem {
  /** The file, as it was named by whoever loads it. */
  readonly file: string;
  /** Both from 1; null when the file itself can't be read. */
  readonly position: { readonly line: number; readonly column: number } | null;
  /** `experiments[0].shadows[1].timeout`; empty for the file as a whole. */
  readonly path: string;
  /** What stands there, without anything that may be secret. */
  readonly found: string;
  /** What may stand there. */
  readonly allowed: string;
  /** The known key that was probably meant, for an unknown key. */
  readonly suggestion: string | null;
}

/** A configuration that can't be used. Its message lists every problem on a line of its own. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map(describe).join('\n'));
    this.problems = problems;
  }
}

function describe({ file, position, path, found, allowed, suggestion }: Problem): string {
  const place = position === null ? file : `${file}:${position.line}:${position.column}`;
  const field = path === '' ? '' : ` ${path}:`;
  const meant = suggestion === null ? '' : `; did you mean "${suggestion}"?`;
  return `${place}${field} found ${found}${meant}; allowed: ${allowed}`;
}
