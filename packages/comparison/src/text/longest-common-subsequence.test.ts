import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { longestCommonSubsequence } from './longest-common-subsequence.ts';

test('examples', () => {
  assert.equal(longestCommonSubsequence([], []), 0);
  assert.equal(longestCommonSubsequence([], ['a']), 0);
  assert.equal(longestCommonSubsequence(Array.from('XMJYAUZ'), Array.from('MZJAWXU')), 4);
  assert.equal(longestCommonSubsequence(Array.from('abcd'), Array.from('dcba')), 1);
});

test('it is what the table of dynamic programming gives, whatever the lengths', () => {
  // Up to 130 items: over four words of bits.
  const lists = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 130 });
  fc.assert(
    fc.property(lists, lists, (a, b) => {
      assert.equal(longestCommonSubsequence(a, b), byTable(a, b));
    }),
  );
});

function byTable(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, () => 0);
  for (const item of a) {
    const next = [0];
    for (const [index, other] of b.entries()) {
      const longer = item === other ? (row[index] ?? 0) + 1 : Math.max(next[index] ?? 0, row[index + 1] ?? 0);
      next.push(longer);
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
