import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readableLogLines } from './log-lines.ts';

test('of a log in JSON, what it says and why', () => {
  assert.deepEqual(
    readableLogLines([
      '{"level":30,"time":"2026-01-01T00:00:00.000Z","service":"comparator","msg":"assigned"}',
      '{"level":60,"err":{"type":"Error","message":"port 8080 is in use","stack":"…"},"msg":"could not start"}',
      'java.lang.OutOfMemoryError: Java heap space',
      '{"service":"console","address":null}',
      '{ not JSON',
    ]),
    [
      'assigned',
      'could not start: port 8080 is in use',
      'java.lang.OutOfMemoryError: Java heap space',
      '{"service":"console","address":null}',
      '{ not JSON',
    ],
  );
});

test('a long line is cut', () => {
  const [line = ''] = readableLogLines(['x'.repeat(5000)]);
  assert.equal(line.length, 401);
});
