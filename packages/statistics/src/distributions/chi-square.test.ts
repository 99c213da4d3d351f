import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { chiSquareCritical, chiSquareUpperTail } from './chi-square.ts';

// Critical values, from published tables with more digits.
const known = [
  [0.05, 1, 3.841458820694124],
  [0.05, 2, 5.991464547107979],
  [0.05, 9, 16.918977604620448],
  [0.01, 10, 23.209251158954356],
  [0.001, 100, 149.44925277903886],
  [0.95, 4, 0.7107230213973239],
] as const;

test('critical values are those of the tables', () => {
  for (const [alpha, degreesOfFreedom, critical] of known)
    assertClose(chiSquareCritical(alpha, degreesOfFreedom), critical, 1e-12);
});

test('a critical value is exceeded with a probability of alpha', () => {
  const alphas = fc.double({ min: -40, max: -1e-6, noNaN: true }).map(Math.exp);
  fc.assert(
    fc.property(alphas, fc.integer({ min: 1, max: 5_000 }), (alpha, degreesOfFreedom) => {
      const tail = chiSquareUpperTail(chiSquareCritical(alpha, degreesOfFreedom), degreesOfFreedom);
      assert.ok(tail <= alpha);
      assertClose(tail / alpha, 1, 1e-9);
    }),
  );
});
