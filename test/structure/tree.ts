import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files that the rules look at, by their path from the project's root, with `/` between its parts. */
export interface Tree {
  /** Sorted. */
  readonly paths: readonly string[];
  /** The file's text; empty for a file that is not text. Throws for a path that is not in `paths`. */
  text(path: string): string;
}

/** A tree of given files: `treeOf({ 'docs/a.md': '# A' })`. */
export function treeOf(files: Readonly<Record<string, string>>): Tree {
  return {
    paths: Object.keys(files).sort(),
    text: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error(`no file ${path} in this tree`);
      return text;
    },
  };
}

/** The files under `root`, without what .gitignore names. Each is read once, when a rule first asks for it. */
export function readTree(root: string): Tree {
  const ignored = ignoredBy(readIfThere(join(root, '.gitignore')));
  const paths = walk(root, '', ignored).sort();
  const known = new Set(paths);
  const texts = new Map<string, string>();
  return {
    paths,
    text: (path) => {
      if (!known.has(path)) throw new Error(`no file ${path} in this tree`);
      const text = texts.get(path) ?? textOf(readFileSync(join(root, path)));
      texts.set(path, text);
      return text;
    },
  };
}

type Ignored = (name: string, isFolder: boolean) => boolean;

/**
 * What a .gitignore ignores. It may only hold lines of the forms `folder/`, `name` and `*.ending`: git's full language
 * is not needed here, and a line that would be misread throws.
 */
export function ignoredBy(gitignore: string): Ignored {
  const lines = gitignore.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const unread = lines.find((line) => !/^(?:[\w.-]+\/?|\*\.[\w.-]+)$/.test(line));
  if (unread !== undefined) {
    throw new Error(`.gitignore: write "${unread}" as folder/, name or *.ending, or teach it to ignoredBy()`);
  }
  const names = new Set(lines);
  const endings = lines.filter((line) => line.startsWith('*')).map((line) => line.slice(1));
  return (name, isFolder) =>
    name === '.git' ||
    names.has(name) ||
    (isFolder && names.has(`${name}/`)) ||
    endings.some((ending) => name.endsWith(ending));
}

function walk(root: string, folder: string, ignored: Ignored): string[] {
  const paths: string[] = [];
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (ignored(entry.name, entry.isDirectory())) continue;
    if (entry.isDirectory()) paths.push(...walk(root, path, ignored));
    else if (entry.isFile()) paths.push(path);
  }
  return paths;
}

function textOf(bytes: Buffer): string {
  return bytes.includes(0) ? '' : bytes.toString('utf8');
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
