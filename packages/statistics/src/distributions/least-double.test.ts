import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { leastDouble } from './least-double.ts';

test('it is exact for every end, in at most 65 steps', () => {
  const ends = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(ends, ends, ends, (...numbers) => {
      const [lower, end, upper] = numbers.toSorted((a, b) => a - b) as [number, number, number];
      let steps = 0;
      const found = leastDouble(
        (x) => {
          steps += 1;
          return x >= end;
        },
        { lower, upper },
      );
      assert.ok(found === end, `${found}, not ${end}`);
      assert.ok(steps <= 65);
    }),
  );
});

test('where nothing below the upper end will do, it is the upper end', () => {
  assert.equal(
    leastDouble(() => false, { lower: -1, upper: 1 }),
    1,
  );
});
