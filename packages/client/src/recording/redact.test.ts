import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRedactor } from './redact.ts';

function clean(pointers: readonly string[], text: string | Buffer): { text: string; size: number } {
  const bytes = Buffer.from(text);
  const cleaned = createRedactor({ headers: [], body: pointers }).body({ bytes, size: bytes.length });
  return { text: cleaned.bytes.toString(), size: cleaned.size };
}

test('headers by name, in any case; repeated ones become one', () => {
  const redactor = createRedactor({ headers: ['authorization', 'X-Key'], body: [] });
  assert.deepEqual(
    redactor.headers({ authorization: 'Bearer x', 'x-key': ['1', '2'], via: ['a', 'b'], none: undefined }),
    { authorization: '[redacted]', 'x-key': '[redacted]', via: 'a, b' },
  );
});

test('fields by pointer: nested, in arrays, with escaped names', () => {
  const body = '{"a":{"b":[1,{"c":2}]},"x/y":3,"m~n":4,"keep":[null,true]}';
  assert.equal(
    clean(['/a/b/1/c', '/x~1y', '/m~0n'], body).text,
    '{"a":{"b":[1,{"c":"[redacted]"}]},"x/y":"[redacted]","m~n":"[redacted]","keep":[null,true]}',
  );
});

test('a pointer to nothing changes nothing', () => {
  const body = '{"a":1.50,"b":[1]}';
  for (const pointer of ['/c', '/a/b', '/b/1', '/b/-', '/toString', '/__proto__', '/b/length/x']) {
    assert.deepEqual(clean([pointer], body), { text: body, size: body.length }, pointer);
  }
});

test('a name that is there twice hides nothing', () => {
  assert.equal(clean(['/a/ssn'], '{"a":{"ssn":1},"a":{}}').text, '{"a":{}}');
});

test('numbers stay as they were written, however long', () => {
  const body = '{"id":12345678901234567890,"rate":1.0,"tiny":1e-400,"ssn":1}';
  assert.equal(
    clean(['/ssn'], body).text,
    '{"id":12345678901234567890,"rate":1.0,"tiny":1e-400,"ssn":"[redacted]"}',
  );
});

test('names that mean something to JavaScript are data', () => {
  const body = '{"__proto__":{"ssn":1},"constructor":{"ssn":2}}';
  assert.equal(
    clean(['/__proto__/ssn', '/constructor'], body).text,
    '{"__proto__":{"ssn":"[redacted]"},"constructor":"[redacted]"}',
  );
});

test('a body that can not be cleaned is withheld, its size kept', () => {
  const bodies = ['{"ssn":', 'name=x', Buffer.from([0xff, 0xfe]), '['.repeat(200_000), '\ufeff{"ssn":1}x'];
  for (const body of bodies) {
    assert.deepEqual(clean(['/ssn'], body), { text: '', size: Buffer.from(body).length });
  }
  const cut = { bytes: Buffer.from('{"ssn":1}'), size: 500 };
  const cleaned = createRedactor({ headers: [], body: ['/ssn'] }).body(cut);
  assert.deepEqual(cleaned, { bytes: Buffer.alloc(0), size: 500 });
});

test('an empty body, or no pointers: nothing to do', () => {
  assert.deepEqual(clean(['/ssn'], ''), { text: '', size: 0 });
  assert.deepEqual(clean([], '{"ssn":'), { text: '{"ssn":', size: 7 });
});

test('after cleaning, the size is that of the clean body: it is whole', () => {
  const { text, size } = clean(['/ssn'], '{"ssn":"a very long number that is longer than its replacement"}');
  assert.equal(size, Buffer.byteLength(text));
});

test('whatever the document, the secret is gone and everything else is there', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), (rest) => {
      const document = { ...rest, ssn: 'S3CRET-VALUE' };
      const { text } = clean(['/ssn'], JSON.stringify(document));
      assert.doesNotMatch(text, /S3CRET-VALUE/);
      assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify({ ...document, ssn: '[redacted]' })));
    }),
  );
});
