import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalQuantile } from './normal-quantile.ts';

// Percentage points to 16 digits, from published tables; one or more in each range of the approximation.
const known = [
  [0.5, 0],
  [0.75, 0.6744897501960817],
  [0.9, 1.2815515655446004],
  [0.95, 1.6448536269514722],
  [0.975, 1.959963984540054],
  [0.995, 2.5758293035489004],
  [0.9995, 3.2905267314919255],
  [1e-6, -4.753424308822899],
  [1e-15, -7.941345326170997],
] as const;

test('percentage points are exact to 15 digits', () => {
  for (const [probability, z] of known) {
    assert.ok(
      Math.abs(normalQuantile(probability) - z) <= 4e-15 * Math.max(1, Math.abs(z)),
      `at ${probability}`,
    );
  }
});

test('both tails are alike', () => {
  for (const probability of [0.001, 0.05, 0.1, 0.3]) {
    assert.ok(Math.abs(normalQuantile(probability) + normalQuantile(1 - probability)) < 1e-12);
  }
});
