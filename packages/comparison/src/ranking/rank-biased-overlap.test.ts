import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { rankBiasedOverlap } from './rank-biased-overlap.ts';

interface OracleCase {
  readonly args: {
    readonly a: readonly string[];
    readonly b: readonly string[];
    readonly persistence: number;
  };
  readonly expected: number;
}

const oracle = JSON.parse(
  readFileSync(new URL('../../test/oracles/rank-biased-overlap.json', import.meta.url), 'utf8'),
) as { readonly cases: readonly OracleCase[] };

test('it is what the Python package rbo gives, for lists of different lengths too', () => {
  assert.ok(oracle.cases.length > 0);
  for (const { args, expected } of oracle.cases) {
    const actual = rankBiasedOverlap(args.a, args.b, args.persistence);
    assert.ok(Math.abs(actual - expected) < 1e-12, `${JSON.stringify(args)}: ${actual}, not ${expected}`);
  }
});

test('by hand: an exchange of the first two of two', () => {
  // Depth 1 has nothing in common, depth 2 all, and so it goes on: (1-p)/p * p^2 + p^2 = p.
  assert.ok(Math.abs(rankBiasedOverlap(['a', 'b'], ['b', 'a'], 0.75) - 0.75) < 1e-12);
});

test('it is in [0, 1], the same both ways round, and 1 for equal lists up to rounding', () => {
  const lists = fc.uniqueArray(fc.integer({ min: 0, max: 15 }), { maxLength: 12 });
  fc.assert(
    fc.property(lists, lists, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, persistence) => {
      const score = rankBiasedOverlap(a, b, persistence);
      assert.ok(score >= 0 && score <= 1);
      assert.equal(rankBiasedOverlap(b, a, persistence), score);
      if (a.length > 0) assert.ok(Math.abs(rankBiasedOverlap(a, a, persistence) - 1) < 1e-9);
    }),
  );
});
