import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseJsonBody } from './json-body.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

test('what JSON.stringify writes is read as it was', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      assert.deepEqual(parseJsonBody(bytesOf(text)), { ok: true, value: JSON.parse(text) });
    }),
  );
});

test('a body that is not JSON says how', () => {
  assert.deepEqual(parseJsonBody(new Uint8Array()), { ok: false, reason: 'empty' });
  assert.deepEqual(parseJsonBody(bytesOf('<html>')), { ok: false, reason: 'not-json' });
  assert.deepEqual(parseJsonBody(bytesOf('{"a":1')), { ok: false, reason: 'not-json' });
  assert.deepEqual(parseJsonBody(bytesOf('NaN')), { ok: false, reason: 'not-json' });
  assert.deepEqual(parseJsonBody(Uint8Array.of(0x22, 0xff, 0x22)), { ok: false, reason: 'not-utf8' });
});

test('a body broken in the middle of a character leaves nothing behind for the next one', () => {
  assert.deepEqual(parseJsonBody(Uint8Array.of(0x22, 0xe2, 0x82)), { ok: false, reason: 'not-utf8' });
  assert.deepEqual(parseJsonBody(bytesOf('"€"')), { ok: true, value: '€' });
});

test('a byte order mark is skipped', () => {
  assert.deepEqual(parseJsonBody(bytesOf('\uFEFF1')), { ok: true, value: 1 });
});

test('a million brackets are read without running out of stack', () => {
  const depth = 1_000_000;
  assert.equal(parseJsonBody(bytesOf('['.repeat(depth) + ']'.repeat(depth))).ok, true);
  assert.deepEqual(parseJsonBody(bytesOf('['.repeat(depth))), { ok: false, reason: 'not-json' });
});
