/** What a file is, told by its path. */

/** Source that a person writes: TypeScript and JavaScript, not generated. */
export function isCode(path: string): boolean {
  return /\.(?:ts|js|mjs|cjs)$/.test(path) && !path.endsWith('.generated.ts');
}

/** A test or what only tests use: `x.test.ts`, or anything in a folder `test` or `fixtures`. */
export function isTestCode(path: string): boolean {
  return isCode(path) && (path.endsWith('.test.ts') || /(?:^|\/)(?:test|fixtures)\//.test(path));
}

/** Text that a person writes; not data, nor what a tool writes. */
export function isWritten(path: string): boolean {
  return !/(?:\.csv|\.generated\.ts|^LICENSE|^package-lock\.json)$/.test(path);
}

export function isMarkdown(path: string): boolean {
  return path.endsWith('.md');
}
