/** Where a value stands: keys of mappings and indexes of lists, from the top. */
export type Path = readonly PropertyKey[];

/** The value under `key`; undefined where there is none, whatever `value` is. */
export function at(value: unknown, key: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<PropertyKey, unknown>>)[key];
}

/** The items of a list; none, if `value` is something else. */
export function items(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `experiments[0].shadows[1].timeout` */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
}
