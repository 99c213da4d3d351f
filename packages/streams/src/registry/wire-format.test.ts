import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { frame, isJson, schemaIdOf, wireHeaderBytes } from './wire-format.ts';

test('what is framed has the id and the payload', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), fc.uint8Array(), (id, bytes) => {
      const value = frame(id, Buffer.from(bytes));
      assert.equal(schemaIdOf(value), id);
      assert.deepEqual([...value.subarray(wireHeaderBytes)], [...bytes]);
    }),
  );
});

test('the bytes are those that other clients write', () => {
  assert.deepEqual([...frame(258, Buffer.from([7]))], [0, 0, 0, 1, 2, 7]);
});

test('nothing that is framed is taken for JSON', () => {
  assert.equal(isJson(Buffer.from('{}')), true);
  assert.equal(isJson(frame(0x7b7b7b7b, Buffer.from('{}'))), false);
  assert.equal(isJson(Buffer.alloc(0)), false);
});

test('what can not be a framed value is unreadable, and says why', () => {
  assert.throws(() => schemaIdOf(Buffer.from([0, 0, 0])), {
    code: 'unreadable',
    message: /3 bytes is too short/,
  });
  assert.throws(() => schemaIdOf(Buffer.from(' {"a":1}')), {
    code: 'unreadable',
    message: /first byte is 32: neither 0, .* nor {, as JSON/,
  });
});
