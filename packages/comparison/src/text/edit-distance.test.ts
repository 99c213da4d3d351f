import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editDistance } from './edit-distance.ts';

test('examples', () => {
  assert.equal(editDistance(Array.from('kitten'), Array.from('sitting')), 3);
  assert.equal(editDistance(Array.from('saturday'), Array.from('sunday')), 3);
  assert.equal(editDistance([], ['a', 'b']), 2);
  assert.equal(editDistance(['a', 'b'], []), 2);
  assert.equal(editDistance(['a'], ['a']), 0);
});

test('it is what the table of dynamic programming gives, whatever the lengths', () => {
  // Up to 130 items: over four blocks of bits.
  const lists = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 130 });
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      assert.equal(editDistance(a, b), byTable(a, b));
    }),
  );
});

function byTable(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [index, item] of a.entries()) {
    const next = [index + 1];
    for (const [place, other] of b.entries()) {
      const replaced = (row[place] ?? 0) + (item === other ? 0 : 1);
      next.push(Math.min(replaced, (row[place + 1] ?? 0) + 1, (next[place] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
