import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { incompleteBeta } from './incomplete-beta.ts';

const shares = fc.double({ min: 0, max: 1, noNaN: true });
const shapes = fc.double({ min: Math.log(0.5), max: Math.log(1e6), noNaN: true }).map(Math.exp);

test('with a shape of 1 it is a power', () => {
  fc.assert(
    fc.property(shares, shapes, (x, shape) => {
      assertClose(incompleteBeta(x, { a: shape, b: 1 }), x ** shape, 1e-9);
      assertClose(incompleteBeta(x, { a: 1, b: shape }), -Math.expm1(shape * Math.log1p(-x)), 1e-9);
    }),
  );
});

test('with shapes of a half it is the arcsine law', () => {
  fc.assert(
    fc.property(shares, (x) => {
      assertClose(
        incompleteBeta(x, { a: 1 / 2, b: 1 / 2 }),
        (2 / Math.PI) * Math.atan2(Math.sqrt(x), Math.sqrt(1 - x)),
        1e-12,
      );
    }),
  );
});

test('what is left of 1 is the beta distribution with its shapes swapped', () => {
  fc.assert(
    fc.property(shares, shapes, shapes, (x, a, b) => {
      const upper = incompleteBeta(1 - x, { a: b, b: a, rest: x });
      assertClose(incompleteBeta(x, { a, b, rest: 1 - x }), 1 - upper, 1e-9);
    }),
  );
});

test('shapes that differ by 1 differ by one binomial term', () => {
  // I(a, b) - I(a + 1, b) = C(a + b - 1, a) x^a (1 - x)^b, for whole numbers.
  for (const x of [0.01, 0.3, 0.5, 0.97]) {
    const [a, b] = [7, 5];
    const term = 330 * x ** a * (1 - x) ** b;
    assertClose(incompleteBeta(x, { a, b }) - incompleteBeta(x, { a: a + 1, b }), term, 1e-14);
  }
});

test('a small tail keeps its digits', () => {
  assertClose(incompleteBeta(0.5, { a: 100, b: 1 }) * 2 ** 100, 1, 1e-12);
});
