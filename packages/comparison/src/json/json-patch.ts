import { formatPointer, isJsonObject } from './json-pointer.ts';
import { maxDepth } from './leaves.ts';

/** One operation of a JSON Patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/**
 * A JSON Patch that makes one parsed JSON value of another: applied to `from`, it gives `to`.
 *
 * Objects are compared by key. Lists are compared after what both begin and end with; what is between is replaced by index, and the
 * rest added or removed. That takes time in proportion to the values, where the shortest patch would take its square.
 * Values that are nested deeper than `maxDepth` are replaced as a whole.
 */
export function jsonPatch(from: unknown, to: unknown): readonly PatchOperation[] {
  const operations: PatchOperation[] = [];
  collect(operations, [], [from, to]);
  return operations;
}

type Trail = readonly (string | number)[];

function collect(
  operations: PatchOperation[],
  trail: Trail,
  [from, to]: readonly [from: unknown, to: unknown],
): void {
  if (from === to) return;
  const isDeep = trail.length >= maxDepth;
  if (!isDeep && isJsonObject(from) && isJsonObject(to)) {
    collectMembers(operations, trail, [from, to]);
  } else if (!isDeep && Array.isArray(from) && Array.isArray(to)) {
    collectElements(operations, trail, [from, to]);
  } else {
    operations.push({ op: 'replace', path: formatPointer(trail), value: to });
  }
}

type Members = Readonly<Record<string, unknown>>;

function collectMembers(
  operations: PatchOperation[],
  trail: Trail,
  [from, to]: readonly [from: Members, to: Members],
): void {
  for (const key of Object.keys(from)) {
    const below = [...trail, key];
    if (Object.hasOwn(to, key)) collect(operations, below, [from[key], to[key]]);
    else operations.push({ op: 'remove', path: formatPointer(below) });
  }
  for (const key of Object.keys(to)) {
    if (Object.hasOwn(from, key)) continue;
    operations.push({ op: 'add', path: formatPointer([...trail, key]), value: to[key] });
  }
}

function collectElements(
  operations: PatchOperation[],
  trail: Trail,
  [from, to]: readonly [from: readonly unknown[], to: readonly unknown[]],
): void {
  const shorter = Math.min(from.length, to.length);
  let begin = 0;
  while (begin < shorter && areEqual(from[begin], to[begin], trail.length + 1)) begin++;
  let end = 0;
  while (end < shorter - begin && areEqual(from.at(-1 - end), to.at(-1 - end), trail.length + 1)) end++;
  const both = shorter - end;
  for (let index = begin; index < both; index++) {
    collect(operations, [...trail, index], [from[index], to[index]]);
  }
  for (let index = from.length - end - 1; index >= both; index--) {
    operations.push({ op: 'remove', path: formatPointer([...trail, index]) });
  }
  for (let index = both; index < to.length - end; index++) {
    operations.push({ op: 'add', path: formatPointer([...trail, index]), value: to[index] });
  }
}

/** Whether a patch from one to the other would be empty. */
function areEqual(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (depth >= maxDepth) return false;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((element, index) => areEqual(element, b[index], depth + 1));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && areEqual(a[key], b[key], depth + 1))
  );
}
