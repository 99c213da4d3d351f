import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newExchangeId, traceparentOf } from './ids.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const parentId = 'b7ad6b7169203331';

test('exchange ids are unique and sort by time', () => {
  const ids = Array.from({ length: 1_000 }, newExchangeId);
  assert.equal(new Set(ids).size, 1_000);
  const millisecond = (id: string): string => id.slice(0, 13);
  assert.deepEqual(ids.map(millisecond), ids.map(millisecond).sort());
});

test('a valid traceparent stays, also one of a later version', () => {
  for (const valid of [
    `00-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-00`,
    `cc-${traceId}-${parentId}-01-what`,
  ]) {
    assert.equal(traceparentOf(valid), valid);
  }
});

test('anything else is replaced', () => {
  const invalid = [
    null,
    '',
    `ff-${traceId}-${parentId}-01`,
    `00-${traceId}-${parentId}-01-what`,
    `00-${'0'.repeat(32)}-${parentId}-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `00-${traceId.toUpperCase()}-${parentId}-01`,
    `00-${traceId}-${parentId}`,
    ` 00-${traceId}-${parentId}-01`,
  ];
  for (const header of invalid) {
    const made = traceparentOf(header);
    assert.notEqual(made, header);
    assert.equal(traceparentOf(made), made, 'what is made is valid');
  }
  assert.notEqual(traceparentOf(null), traceparentOf(null));
});
