import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { BodyKeeper, keepBody } from './kept-body.ts';

test('however it is cut into chunks, the first bytes are kept and all are counted', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 40 })),
      fc.integer({ min: 0, max: 200 }),
      (chunks, limit) => {
        const keeper = new BodyKeeper(limit, () => true);
        for (const chunk of chunks) keeper.add(Buffer.from(chunk));
        const whole = Buffer.concat(chunks);
        assert.deepEqual(keeper.body(), { bytes: whole.subarray(0, limit), size: whole.length });
        assert.deepEqual(keepBody(whole, limit), { bytes: whole.subarray(0, limit), size: whole.length });
      },
    ),
  );
});

test('without room nothing more is kept, and it is counted on', () => {
  const asked: number[] = [];
  const keeper = new BodyKeeper(1_000, (bytes) => asked.push(bytes) < 2);
  for (const text of ['one', 'two', 'three']) keeper.add(Buffer.from(text));
  assert.deepEqual(keeper.body(), { bytes: Buffer.from('one'), size: 11 });
  assert.equal(asked.length, 2);
});

test('a body that is cut does not keep its rest alive', () => {
  const big = Buffer.alloc(10_000_000);
  assert.ok(keepBody(big, 10).bytes.buffer.byteLength < 100_000);
  const keeper = new BodyKeeper(10, () => true);
  keeper.add(big);
  assert.ok(keeper.body().bytes.buffer.byteLength < 100_000);
});
