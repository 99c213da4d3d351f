import { test } from 'node:test';
import { assertClose } from '../../test/close.ts';
import { kolmogorovUpperTail } from './kolmogorov.ts';

// The critical values of Kolmogorov's limit to 16 digits, from published tables, and where the series change.
const known = [
  [1.2238478702170825, 0.1],
  [1.3580986393225505, 0.05],
  [1.6276236115189504, 0.01],
  [1.9494746035043753, 0.001],
  [1, 0.26999967167735456],
  [0.5, 0.9639452436648751],
] as const;

test('critical values are those of the tables', () => {
  for (const [x, tail] of known) assertClose(kolmogorovUpperTail(x), tail, 1e-13);
});

test('both series meet where they change', () => {
  assertClose(kolmogorovUpperTail(1 - 1e-12), kolmogorovUpperTail(1), 1e-11);
});

test('no distance is certain, a large one is impossible', () => {
  assertClose(kolmogorovUpperTail(0), 1);
  assertClose(kolmogorovUpperTail(1e-3), 1);
  assertClose(kolmogorovUpperTail(40), 0);
});
