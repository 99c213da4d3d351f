import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OrderedSlots } from './ordered-slots.ts';

test('results leave in the order of their places; until then their bytes count, and those of their records', () => {
  const slots = new OrderedSlots<string>((result) => result.length);
  const [first, second, third] = [7, 8, 9].map((offset) => slots.add(offset, 1_000 + offset, 100));
  assert.ok(first && second && third);
  second('12345');
  third(null);
  assert.deepEqual([slots.size, slots.bytes], [3, 305]);
  assert.deepEqual(slots.takeFinished(10), []);
  first('123');
  assert.equal(slots.bytes, 308);
  assert.deepEqual(
    slots.takeFinished(2).map(({ offset, result }) => [offset, result]),
    [
      [7, '123'],
      [8, '12345'],
    ],
  );
  assert.deepEqual([slots.size, slots.bytes], [1, 100]);
});
