export type Scalar = string | number | boolean;

/** One string, number or boolean of a JSON value. */
export interface Leaf {
  /** JSON Pointer. */
  readonly pointer: string;
  /** Its key; of an element, that of its array; empty for the whole document. */
  readonly name: string;
  readonly value: Scalar;
}

const maxDepth = 8;
const maxLeaves = 500;

/** The leaves of a JSON value, at most 500 and 8 deep. Of arrays only those with one element: a batch of one. */
export function leavesOf(json: unknown): Leaf[] {
  const leaves: Leaf[] = [];
  function walk(value: unknown, pointer: string, name: string, depth: number): void {
    if (leaves.length >= maxLeaves || depth > maxDepth) return;
    if (isScalar(value)) leaves.push({ pointer, name, value });
    else if (Array.isArray(value)) {
      if (value.length === 1) walk(value[0], `${pointer}/0`, name, depth + 1);
    } else if (isObject(value)) {
      for (const [key, inner] of Object.entries(value)) walk(inner, pointer + step(key), key, depth + 1);
    }
  }
  walk(json, '', '', 0);
  return leaves;
}

/** Pointers to what differs between two JSON values; elements of arrays are `*`. None within what is ignored. */
export function differingPaths(a: unknown, b: unknown, ignore: readonly string[] = []): string[] {
  const paths = new Set<string>();
  function walk(left: unknown, right: unknown, pointer: string, depth: number): void {
    if (ignore.includes(pointer)) return;
    if (depth < maxDepth && isObject(left) && isObject(right)) {
      for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
        walk(left[key], right[key], pointer + step(key), depth + 1);
      }
    } else if (
      depth < maxDepth &&
      Array.isArray(left) &&
      Array.isArray(right) &&
      left.length === right.length
    ) {
      for (const [index, element] of left.entries()) walk(element, right[index], `${pointer}/*`, depth + 1);
    } else if (JSON.stringify(left) !== JSON.stringify(right)) paths.add(pointer);
  }
  walk(a, b, '', 0);
  return [...paths];
}

/** Whether two JSON values hold anything at the same place, of the same type, that is not ignored. */
export function shareAnything(a: unknown, b: unknown, ignore: readonly string[], pointer = ''): boolean {
  if (ignore.includes(pointer)) return false;
  if (isObject(a) && isObject(b)) {
    return Object.keys(a).some(
      (key) => Object.hasOwn(b, key) && shareAnything(a[key], b[key], ignore, pointer + step(key)),
    );
  }
  if (Array.isArray(a) && Array.isArray(b)) return shareAnything(a[0], b[0], ignore, `${pointer}/*`);
  return a !== undefined && typeof a === typeof b && Array.isArray(a) === Array.isArray(b);
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function step(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
