import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { Fifo } from './fifo.ts';

test('a queue gives what an array would, in any order of putting in and taking out', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('push', 'push', 'shift', 'clear'), { maxLength: 200 }), (steps) => {
      const queue = new Fifo<{ n: number }>();
      let model: { n: number }[] = [];
      for (const [n, step] of steps.entries()) {
        if (step === 'push') {
          const item = { n };
          queue.push(item);
          model.push(item);
        } else if (step === 'shift') {
          assert.equal(queue.shift(), model.shift() ?? null);
        } else {
          queue.clear();
          model = [];
        }
        assert.equal(queue.size, model.length);
        assert.equal(queue.peek(), model[0] ?? null);
      }
    }),
  );
});
