import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { upperIncompleteGamma } from './incomplete-gamma.ts';

test('for a whole shape it is a sum of Poisson probabilities', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 60 }),
      fc.double({ min: 1e-3, max: 150, noNaN: true }),
      (shape, x) => {
        let [term, sum] = [Math.exp(-x), 0];
        for (let k = 0; k < shape; k++) {
          sum += term;
          term *= x / (k + 1);
        }
        assertClose(upperIncompleteGamma(shape, x) / sum, 1, 1e-11);
      },
    ),
  );
});

test('a shape of 1 is an exponential distribution, far into its tail', () => {
  for (const x of [1e-9, 0.5, 1, 2, 30, 700])
    assertClose(upperIncompleteGamma(1, x) / Math.exp(-x), 1, 1e-12);
});

test('it falls from 1 to 0, also for large shapes', () => {
  for (const shape of [10, 1e4, 1e7]) {
    assertClose(upperIncompleteGamma(shape, 0), 1);
    assertClose(upperIncompleteGamma(shape, Infinity), 0);
    // The median is the shape less a third, and a little more: 8.10 of the NIST Digital Library.
    assertClose(upperIncompleteGamma(shape, shape - 1 / 3 + 8 / 405 / shape), 0.5, 1e-4);
  }
});
