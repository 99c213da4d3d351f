import { importsOf } from './imports.ts';
import type { Tree } from './tree.ts';
import { lineAt, type Violation } from './violation.ts';

/** Something that may not stand in some files. */
export interface Ban {
  /** With the flag `g`; it may span lines. */
  readonly pattern: RegExp;
  /** The files that the ban holds for. */
  readonly covers: (path: string) => boolean;
  /** Whether a line that is all comment may hold it. Default: no. */
  readonly commentsMay?: boolean;
}

/** Every place where a banned pattern stands. */
export function banned(tree: Tree, { pattern, covers, commentsMay = false }: Ban): Violation[] {
  return tree.paths.filter(covers).flatMap((file) => {
    const text = tree.text(file);
    const lines = text.split('\n');
    return [...text.matchAll(pattern)]
      .map((match) => ({ file, line: lineAt(text, match.index), found: oneLine(match[0]) }))
      .filter(({ line }) => !(commentsMay && /^\s*(?:\/\/|\/?\*)/.test(lines[line - 1] ?? '')));
  });
}

/** Every import of a module in files that the ban holds for. */
export function bannedImport(tree: Tree, specifier: string, covers: (path: string) => boolean): Violation[] {
  return tree.paths.filter(covers).flatMap((file) =>
    importsOf(tree.text(file))
      .filter((found) => found.specifier === specifier)
      .map(({ line }) => ({ file, line, found: `imports ${specifier}` })),
  );
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 80);
}
