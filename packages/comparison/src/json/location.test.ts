import assert from 'node:assert/strict';
import { test } from 'node:test';
import { locate, locateAll, LocationError, parseLocation } from './location.ts';

const body = {
  choices: [
    { id: 'a', text: 'x' },
    { id: 'b', text: 'y' },
  ],
  $: 1,
  none: null,
};

test('a JSON Pointer leads to one value', () => {
  assert.deepEqual(locate(body, parseLocation('/choices/1/id')), { ok: true, value: 'b' });
  assert.deepEqual(locate(body, parseLocation('/none')), { ok: true, value: null });
  assert.deepEqual(locate(body, parseLocation('')), { ok: true, value: body });
  assert.deepEqual(locate(body, parseLocation('/$')), { ok: true, value: 1 });
  assert.deepEqual(locate(body, parseLocation('/choices/2')), { ok: false, found: 'missing' });
});

test('a JSONPath has to select one value', () => {
  assert.deepEqual(locate(body, parseLocation("$.choices[?@.id == 'b'].text")), { ok: true, value: 'y' });
  assert.deepEqual(locate(body, parseLocation('$.choices[-1].id')), { ok: true, value: 'b' });
  assert.deepEqual(locate(body, parseLocation('$.none')), { ok: true, value: null });
  assert.deepEqual(locate(body, parseLocation('$.choices[*].text')), { ok: false, found: 'ambiguous' });
  assert.deepEqual(locate(body, parseLocation('$.choices[5]')), { ok: false, found: 'missing' });
});

test('all values come in the order of the document, as many as are asked for', () => {
  assert.deepEqual(locateAll(body, parseLocation('$..text'), 9), ['x', 'y']);
  assert.deepEqual(locateAll(body, parseLocation('$..text'), 1), ['x']);
  assert.deepEqual(locateAll(body, parseLocation('/choices/0/text'), 9), ['x']);
  assert.deepEqual(locateAll(body, parseLocation('/no'), 9), []);
});

test('what is neither says what to write', () => {
  assert.throws(() => parseLocation('a.b'), {
    name: 'LocationError',
    message: /not a JSON Pointer: write "\/a\/b"/,
  });
  assert.throws(() => parseLocation('$.a['), {
    name: 'LocationError',
    message: /"\$\.a\[" is not a JSONPath \(RFC 9535\)/,
  });
  assert.throws(() => parseLocation('$.a[?nope(@)]'), LocationError);
});

test('a body that is nested too deep for a path has nothing there', () => {
  const deep: unknown = JSON.parse(`${'['.repeat(10_000)}1${']'.repeat(10_000)}`);
  assert.deepEqual(locate(deep, parseLocation('$..a')), { ok: false, found: 'missing' });
});
