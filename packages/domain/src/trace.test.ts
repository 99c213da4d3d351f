import assert from 'node:assert/strict';
import { test } from 'node:test';
import { childTraceparent, isTraceparent, traceHeaders } from './trace.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const valid = `00-${traceId}-00f067aa0ba902b7-01`;

test('trace context is told from what only looks like it', () => {
  assert.ok(isTraceparent(valid));
  assert.ok(isTraceparent(`01-${traceId}-00f067aa0ba902b7-01-later`), 'a later version may have more parts');
  for (const text of [
    '',
    valid.toUpperCase(),
    `${valid}-more`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `01-${traceId}-00f067aa0ba902b7-01-${'x'.repeat(1_000)}`,
  ])
    assert.ok(!isTraceparent(text), text);
});

test('a child is of the same trace, has the same flags, and another parent', () => {
  assert.equal(childTraceparent(valid, 'b7ad6b7169203331'), `00-${traceId}-b7ad6b7169203331-01`);
  const later = `01-${traceId}-00f067aa0ba902b7-00-later`;
  assert.equal(childTraceparent(later, 'b7ad6b7169203331'), `00-${traceId}-b7ad6b7169203331-00`);
});

test('of a record’s headers only its trace context is handed on', () => {
  assert.deepEqual(traceHeaders({ traceparent: valid, authorization: 'secret' }), { traceparent: valid });
  assert.deepEqual(traceHeaders({ traceparent: 'mine', other: 'x' }), {});
  assert.deepEqual(traceHeaders({}), {});
});
