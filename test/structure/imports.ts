import { isBuiltin } from 'node:module';
import { lineAt } from './violation.ts';

/** One import, re-export or require of a file. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

/** Statements begin a line (prettier sees to it), so an import shown in a comment or a string is none. */
const forms = [
  /^import\s[^'"]+?\sfrom\s*['"]([^'"]+)['"]/gm,
  /^import\s*['"]([^'"]+)['"]/gm,
  /^export\s+(?:type\s+)?(?:\*(?:\s+as\s+[\w$]+)?|\{[^}]*\})\s*from\s*['"]([^'"]+)['"]/gm,
  /\b(?:import|require|require\.resolve)\(\s*['"]([^'"]+)['"]/g,
];

/** The imports of a TypeScript or JavaScript file, in the order of its lines. */
export function importsOf(text: string): Import[] {
  return forms
    .flatMap((form) => [...text.matchAll(form)])
    .map((match) => ({
      specifier: match[1] ?? '',
      line: lineAt(text, match.index + match[0].length - 1),
    }))
    .sort((a, b) => a.line - b.line);
}

/** The package that a specifier names: `@a/b` for `@a/b/c.js`; null for a relative one and for Node's own. */
export function packageOf(specifier: string): string | null {
  if (specifier.startsWith('.') || specifier.startsWith('node:') || isBuiltin(specifier)) return null;
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}
