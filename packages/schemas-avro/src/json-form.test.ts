import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { arbitraryRecord } from '../test/arbitrary-record.ts';
import { Codec, type Label, type ProductionResponse, recordNames, type Request } from './index.ts';
import { jsonReader } from './json-form.ts';
import { loadSchema } from './schemas.ts';

const request = {
  exchangeId: 'loan-1',
  experiment: 'mortgage',
  requestTime: 1_700_000_000_000,
  method: 'POST',
  path: '/predict',
  headers: { 'content-type': 'application/json' },
  body: '{"income": 52000}',
};

const answer = { status: 200, headers: {}, body: 'ok' };

function read(value: object): Request {
  return new Codec<Request>('request').fromJson(Buffer.from(JSON.stringify(value)));
}

function problemsOf(value: object): string {
  try {
    read(value);
  } catch (error) {
    assert.ok(error instanceof TypeError);
    return error.message;
  }
  return 'none';
}

for (const name of recordNames) {
  test(`any ${name} is the same after its way through JSON, and written in one line that begins with {`, () => {
    const codec = new Codec<unknown>(name);
    fc.assert(
      fc.property(arbitraryRecord(loadSchema(name)), (value) => {
        const json = codec.toJson(value);
        assert.equal(json[0], '{'.charCodeAt(0));
        assert.ok(!json.includes('\n'));
        const readBack = codec.fromJson(json);
        assert.deepEqual(readBack, value);
        assert.ok(codec.encode(readBack), 'what is read can be written as Avro');
      }),
    );
  });
}

test('what has a default may be left out, and so may the size of a body that is whole', () => {
  assert.deepEqual(read({ ...request, production: { outcome: 'answered', answer, latencyMs: 4 } }), {
    ...request,
    requestId: null,
    session: null,
    contentType: null,
    body: Buffer.from('{"income": 52000}'),
    bodySize: 17,
    production: {
      outcome: 'answered',
      answer: { ...answer, contentType: null, body: Buffer.from('ok'), bodySize: 2 },
      latencyMs: 4,
      error: null,
    },
  });
  assert.equal(read({ ...request, body: 'é' }).bodySize, 2, 'bytes, not characters');
  assert.equal(read({ ...request, bodySize: 99 }).bodySize, 99, 'cut');
});

test('bytes are text, or base64 that says so', () => {
  assert.deepEqual(read({ ...request, body: { base64: '/wA=' } }).body, Buffer.from([255, 0]));
  assert.deepEqual(read({ ...request, body: '/wA=' }).body, Buffer.from('/wA='));
  assert.match(problemsOf({ ...request, body: { base64: '/w A' } }), /^\$\.body\.base64: not base64/);
  assert.match(
    problemsOf({ ...request, body: { income: 1 } }),
    /^\$\.body: .*a JSON body is written as text/,
  );
  assert.match(problemsOf({ ...request, body: '\ud800' }), /^\$\.body: expected text/);
});

test('a field that there is not is named with the one that was meant', () => {
  const { exchangeId, ...rest } = request;
  assert.equal(
    problemsOf({ ...rest, exchangeid: exchangeId }),
    '$.exchangeid: no such field; did you mean "exchangeId"?; $.exchangeId: missing; expected text',
  );
  assert.match(
    problemsOf({ ...request, colour: 1 }),
    /^\$\.colour: no such field; known are exchangeId, requestId/,
  );
});

test('every problem is named by its path and the kind of what was found, never by its value', () => {
  const production = { outcome: 'answred', answer: { ...answer, status: 2.5 }, latencyMs: '3' };
  assert.deepEqual(problemsOf({ ...request, method: 7, headers: { 'x a': null }, production }).split('; '), [
    '$.method: expected text, got a whole number',
    '$.headers["x a"]: expected text, got null',
    '$.production.outcome: did you mean "answered"?',
    '$.production.answer.status: expected a whole number of 32 bits, got a number',
    '$.production.latencyMs: expected a number, got text',
  ]);
});

test('of many problems some are named and the others counted', () => {
  const headers = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`h${index}`, index]));
  assert.match(
    problemsOf({ ...request, headers }),
    /"h4"\]: expected text, got a whole number; and 495 more$/,
  );
});

test('what is said of a record is short, and quotes nothing of what is no JSON', () => {
  const long = 'x'.repeat(1_000_000);
  assert.ok(problemsOf({ ...request, [long]: 1, headers: { [long]: null } }).length < 1_000);
  const codec = new Codec<Label>('label');
  assert.throws(
    () => codec.fromJson(Buffer.from('{"requestId": hunter2}')),
    (error) => error instanceof TypeError && !/hunter|requestId/.test(inspect(error.cause) + error.message),
  );
});

test('numbers that JavaScript would round, and text that is not UTF-8, are refused', () => {
  const codec = new Codec<Label>('label');
  const label = '{"requestId":"x","experiment":"mortgage","value":"1","observedTime":9007199254740993}';
  assert.throws(() => codec.fromJson(Buffer.from(label)), /^TypeError: \$\.observedTime: expected a whole/);
  assert.throws(() => codec.fromJson(Buffer.from([...Buffer.from('{"requestId":"'), 255])), TypeError);
});

test('a value that does not fit, or has a number that JSON lacks, is not written', () => {
  const codec = new Codec<ProductionResponse>('production-response');
  const result = { outcome: 'failed', answer: null, latencyMs: Number.NaN, error: null } as const;
  const response = { exchangeId: 'x', experiment: 'mortgage', responseTime: 1, result };
  assert.throws(() => codec.toJson(response), /^TypeError: latencyMs: JSON has no number NaN/);
  const misfit = { ...response, responseTime: 'now' as unknown as number };
  assert.throws(() => codec.toJson(misfit), /^TypeError: responseTime: expected/);
});

test('a union of several types has no JSON form, and the schema is refused at once', () => {
  const fields = [{ name: 'a', type: ['null', 'string', 'long'] }];
  assert.throws(() => jsonReader({ type: 'record', name: 'X', fields }), /has no JSON form/);
});
