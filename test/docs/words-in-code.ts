import { isCode } from '../structure/files.ts';
import type { Tree } from '../structure/tree.ts';

/** The strings of `export const NAME = ['…', …] as const`, wherever it is. */
export function constantList(tree: Tree, name: string): readonly string[] {
  const list = new RegExp(`^export const ${name} = \\[(.*?)\\] as const;`, 'ms');
  for (const path of tree.paths.filter(isCode)) {
    const items = list.exec(tree.text(path))?.[1]?.replaceAll(/\/\*.*?\*\//gs, '');
    if (items !== undefined) return [...items.matchAll(/'([^']+)'/g)].map(([, word = '']) => word);
  }
  throw new Error(`no file exports const ${name} = ['…'] as const`);
}

/** The symbols of an enum that a schema declares. */
export function enumSymbols(schema: string, name: string): readonly string[] {
  let symbols: readonly string[] | null = null;
  JSON.parse(schema, (_key, value: unknown) => {
    const type = value as { name?: unknown; symbols?: readonly string[] } | null;
    if (type?.name === name && type.symbols !== undefined) symbols = type.symbols;
    return value;
  });
  if (symbols === null) throw new Error(`the schema has no enum ${name}`);
  return symbols;
}
