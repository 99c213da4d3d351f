import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { normalQuantile } from './normal-quantile.ts';
import { normalTwoSidedTail } from './normal-tail.ts';

test('it undoes the quantile, on both sides', () => {
  const tails = fc.double({ min: -600, max: -1e-3, noNaN: true }).map(Math.exp);
  fc.assert(
    fc.property(tails, (tail) => {
      const z = normalQuantile(tail / 2);
      assertClose(normalTwoSidedTail(z) / tail, 1, 1e-10);
      assertClose(normalTwoSidedTail(-z) / tail, 1, 1e-10);
    }),
  );
});
