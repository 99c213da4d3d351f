import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { extractValue, formatPointer, JsonPointerError, parsePointer } from './json-pointer.ts';

test('the examples of RFC 6901, section 5', () => {
  const document: unknown = JSON.parse(
    '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
  );
  const examples = [
    ['', document],
    ['/foo', ['bar', 'baz']],
    ['/foo/0', 'bar'],
    ['/', 0],
    ['/a~1b', 1],
    ['/c%d', 2],
    ['/e^f', 3],
    ['/g|h', 4],
    ['/i\\j', 5],
    ['/k"l', 6],
    ['/ ', 7],
    ['/m~0n', 8],
  ] as const;
  for (const [text, value] of examples)
    assert.deepEqual(extractValue(document, parsePointer(text)), value, text);
});

test('a pointer that leads nowhere finds nothing', () => {
  const document = { list: [1, 2], text: 'abc', nothing: null };
  const nowhere = [
    '/list/2',
    '/list/-',
    '/list/01',
    '/list/-1',
    '/list/1e0',
    '/list/length',
    '/text/0',
    '/nothing/x',
    '/list/',
  ];
  for (const text of nowhere) assert.equal(extractValue(document, parsePointer(text)), undefined, text);
  assert.equal(extractValue(document, parsePointer('/nothing')), null);
});

test('keys that mean something in JavaScript are data', () => {
  for (const key of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    const pointer = parsePointer(`/${key}`);
    assert.equal(extractValue({}, pointer), undefined, key);
    assert.equal(extractValue(JSON.parse(`{"${key}":"data"}`), pointer), 'data', key);
  }
});

test('a malformed pointer says what to write', () => {
  const malformed = [
    ['decision', '"/decision"'],
    ['a.b', '"/a/b"'],
    ['$.a.b', '"/a/b"'],
    ['$.items[0].id', '"/items/0/id"'],
    ['#/a', '"/a"'],
    ['/a~b', '"/a~0b"'],
    ['/a~', '"/a~0"'],
    ['/~01~2', '"/~01~02"'],
  ] as const;
  for (const [text, suggestion] of malformed) {
    assert.throws(
      () => parsePointer(text),
      (error) => error instanceof JsonPointerError && error.message.endsWith(`write ${suggestion}`),
      text,
    );
  }
});

test('escaped once, not twice', () => {
  assert.deepEqual(parsePointer('/~01').segments, ['~1']);
});

test('a formatted pointer is parsed to the same keys', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), (keys) => {
      assert.deepEqual(parsePointer(formatPointer(keys)).segments, keys);
    }),
  );
});
