import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import avro from 'avsc';
import * as fc from 'fast-check';
import { Codec, liveRun, type Request, type Run } from './index.ts';
import { generateTypes } from './generate-types.ts';
import { loadSchema, recordNames } from './schemas.ts';

const run = liveRun({ lane: 'mortgage.boosted.live', start: 1_000, windowMs: 5_000 });

function runSchema(change: (fields: { name: string; type: unknown; default?: unknown }[]) => void): string {
  const schema = structuredClone(loadSchema('run')) as unknown as {
    fields: { name: string; type: unknown; default?: unknown }[];
  };
  change(schema.fields);
  return JSON.stringify(schema);
}

test('the generated types are those of the schemas', () => {
  const generated = readFileSync(new URL('types.generated.ts', import.meta.url), 'utf8');
  assert.equal(
    generated,
    generateTypes(recordNames.map(loadSchema)),
    'run: node packages/schemas-avro/src/generate.ts',
  );
});

test('a value survives the way through its bytes', () => {
  const codec = new Codec<Run>('run');
  assert.deepEqual({ ...codec.decoder(codec.schemaText)(codec.encode(run)) }, run);
});

test('every schema compiles, and reads what it wrote', () => {
  for (const name of recordNames) {
    const codec = new Codec<unknown>(name);
    assert.equal(typeof codec.decoder(codec.schemaText), 'function');
  }
});

test('a value that does not fit is refused with the path of its field', () => {
  const codec = new Codec<Run>('run');
  assert.throws(
    () => codec.encode({ ...run, start: 'now' as unknown as number }),
    /^TypeError: start: expected/,
  );
});

test('bytes are views of what they are read from, wherever in it the value begins; what is cut or left over is an error', () => {
  const codec = new Codec<Request>('request');
  const body = Buffer.alloc(1_000, 7);
  const bytes = codec.encode({
    exchangeId: 'x',
    requestId: null,
    experiment: 'mortgage',
    session: null,
    requestTime: 0,
    method: 'POST',
    path: '/',
    headers: {},
    contentType: null,
    body,
    bodySize: 1_000,
    production: null,
  });
  const decode = codec.decoder(codec.schemaText);
  const framed = Buffer.concat([Buffer.alloc(5), bytes]);
  const decoded = decode(framed, 5);
  assert.deepEqual(decoded.body, body);
  assert.equal(decoded.body.buffer, framed.buffer);
  assert.throws(() => decode(bytes.subarray(0, -1)), RangeError);
  assert.throws(() => decode(bytes.subarray(0, 500)), RangeError);
  assert.throws(() => decode(Buffer.concat([bytes, Buffer.alloc(1)])), RangeError);
});

test('old bytes are read with new code: a field with a default is filled in', () => {
  const codec = new Codec<Run>('run');
  const withoutEnd = runSchema((fields) => fields.splice(2, 1));
  const oldBytes = avro.Type.forSchema(JSON.parse(withoutEnd) as avro.Schema).toBuffer(run);
  assert.equal(codec.decoder(withoutEnd)(oldBytes).end, null);
});

test('a schema that can not be read is refused with the name of the field', () => {
  const codec = new Codec<Run>('run');
  const withoutWindow = runSchema((fields) => fields.splice(3, 1));
  assert.throws(
    () => codec.decoder(withoutWindow),
    /field understudy\.Run\.windowMs is new and has no default/,
  );
  const textStart = runSchema((fields) => fields.splice(1, 1, { name: 'start', type: 'string' }));
  assert.throws(() => codec.decoder(textStart), /field understudy\.Run\.start was .*string/);
});

/** A request with all that a part may leave out, wherever it stands. */
function requestWith(headers: Record<string, string>, body: Buffer): Request {
  const answer = { status: 200, headers, contentType: 'text/plain', body, bodySize: body.length };
  return {
    exchangeId: 'x',
    requestId: 'mine',
    experiment: 'mortgage',
    session: 'ü',
    requestTime: -1,
    method: 'POST',
    path: '/predict',
    headers,
    contentType: null,
    body,
    bodySize: body.length,
    production: { outcome: 'answered', answer, latencyMs: 7, error: null },
  };
}

const part = { fields: ['exchangeId', 'body', 'production'], entries: ['content-encoding', 'vary'] } as const;

test('a part of a record is what the whole says of it, with the entries that were asked for', () => {
  const codec = new Codec<Request>('request');
  const decodePart = codec.decoder(codec.schemaText, part);
  const name = fc.oneof(fc.constantFrom(...part.entries, 'content-language'), fc.string({ maxLength: 20 }));
  const headers = fc.dictionary(name, fc.string(), { maxKeys: 8, noNullPrototype: true });
  fc.assert(
    fc.property(headers, fc.uint8Array({ maxLength: 40 }), (given, bytes) => {
      const whole = requestWith(given, Buffer.from(bytes));
      const { exchangeId, body, production } = decodePart(codec.encode(whole));
      assert.deepEqual([exchangeId, body], [whole.exchangeId, whole.body]);
      const { headers: found, ...answer } = { ...production?.answer };
      const { headers: written, ...expected } = { ...whole.production?.answer };
      assert.deepEqual(answer, expected);
      const kept = Object.entries(written ?? {}).filter(([key]) =>
        part.entries.some((entry) => entry === key),
      );
      assert.deepEqual(found, Object.fromEntries(kept));
    }),
  );
});

test('a map in several blocks, some with their sizes, is read as one', () => {
  const codec = new Codec<Request>('request');
  const request = requestWith({ aa: 'b' }, Buffer.from('body'));
  const text = codec.encode(request).toString('latin1');
  const once = '\x02\x04aa\x02b\x00';
  assert.equal(text.split(once).length, 3);
  // One entry in a block that says its size (16 bytes), then two without.
  const vary = '\x01\x10\x08vary\x04no';
  const blocks = `${vary}\x04\x04aa\x02b\x02c\x02d\x00`;
  const bytes = Buffer.from(text.replaceAll(once, blocks), 'latin1');
  const { production } = codec.decoder(codec.schemaText, part)(bytes);
  assert.deepEqual(production?.answer?.headers, { vary: 'no' });
});

test('a part of what is cut off, left over or not the record is no record', () => {
  const codec = new Codec<Request>('request');
  const decode = codec.decoder(codec.schemaText, part);
  const bytes = codec.encode(requestWith({ vary: 'no', date: 'today' }, Buffer.alloc(200)));
  for (let length = 0; length < bytes.length; length += 1) {
    assert.throws(() => decode(bytes.subarray(0, length)), `${length} of ${bytes.length} bytes`);
  }
  assert.throws(() => decode(Buffer.concat([bytes, Buffer.alloc(1)])), RangeError);
  assert.throws(
    () => codec.decoder('{"type":"record","name":"understudy.Request","fields":[]}', part),
    TypeError,
  );
});

test('a value larger than what is set aside for encoding is encoded whole', () => {
  const codec = new Codec<Request>('request');
  for (const size of [1, 262_100, 262_144, 300_000, 3_000_000]) {
    const value = requestWith({ size: 'large' }, Buffer.alloc(size, 7));
    assert.deepEqual(codec.decoder(codec.schemaText)(codec.encode(value)).body, value.body);
  }
});

test('what was encoded stays as it is when more is', () => {
  const codec = new Codec<Run>('run');
  const first = codec.encode(run);
  const copy = Buffer.from(first);
  codec.encode({ ...run, lane: 'another.one.live' });
  assert.deepEqual(first, copy);
});
