import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { JSONPatch, type JSONValue, type OpObject } from 'json-p3';
import { bodies } from '../../test/answers.ts';
import { jsonPatch } from './json-patch.ts';

test('a patch has what differs and nothing else', () => {
  const from = { a: 1, b: [1, 2, 3, 4], c: { d: 'x' }, 'e/f': 0 };
  const to = { a: 1, b: [1, 3, 4], c: { d: 'y', g: null } };
  assert.deepEqual(jsonPatch(from, to), [
    { op: 'remove', path: '/b/1' },
    { op: 'replace', path: '/c/d', value: 'y' },
    { op: 'add', path: '/c/g', value: null },
    { op: 'remove', path: '/e~1f' },
  ]);
  assert.deepEqual(jsonPatch([1, 2], [0, 1, 2]), [{ op: 'add', path: '/0', value: 0 }]);
  assert.deepEqual(jsonPatch({}, []), [{ op: 'replace', path: '', value: [] }]);
  assert.deepEqual(jsonPatch(from, structuredClone(from)), []);
});

test('applied to one side, a patch gives the other', () => {
  fc.assert(
    fc.property(bodies, bodies, (from, to) => {
      // json-p3 doesn't apply patches to this key.
      fc.pre(!JSON.stringify([from, to]).includes('__proto__'));
      // Another's implementation of RFC 6902; it changes what it is given.
      const patch = new JSONPatch(structuredClone(jsonPatch(from, to)) as OpObject[]);
      const patched = patch.apply(structuredClone(from) as JSONValue);
      assert.equal(JSON.stringify(sorted(patched)), JSON.stringify(sorted(to)));
    }),
    { numRuns: 1000 },
  );
});

test('depth is no trouble', () => {
  const nested = (inside: string): unknown => JSON.parse('['.repeat(10_000) + inside + ']'.repeat(10_000));
  const [operation, ...others] = jsonPatch(nested('1'), nested('2'));
  assert.equal(operation?.path, '/0'.repeat(64));
  assert.deepEqual(others, []);
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.entries(value)
    .map(([key, child]) => [key, sorted(child)])
    .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1));
}
