import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClose } from '../../test/close.ts';
import { lookLevel } from './look-level.ts';

test('all looks together stay within alpha, and nearly use it up', () => {
  let spent = 0;
  for (let look = 1; look <= 1_000; look++) {
    spent += lookLevel({ alpha: 0.05, look });
    // The sum telescopes.
    assertClose(spent, 0.05 * (1 - 1 / (look + 1)));
  }
});

test('what is no look, and no alpha, is refused', () => {
  for (const look of [0, 1.5, -1, NaN]) assert.throws(() => lookLevel({ alpha: 0.05, look }), RangeError);
  for (const alpha of [0, 1, 5, NaN]) assert.throws(() => lookLevel({ alpha, look: 1 }), RangeError);
});
