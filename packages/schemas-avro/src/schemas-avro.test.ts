import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import avro from 'avsc';
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
