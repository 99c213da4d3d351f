import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type RawRecord, visibleRecords } from './visible-records.ts';

const plain = { timestampMs: 0, headers: {}, inTransaction: false, isControl: false } as const;

/** `a1` is a record of producer a in a transaction, `a+` its commit, `a-` its abort, `1` a record without one. */
function log(...written: readonly string[]): readonly RawRecord[] {
  return written.map((what, offset): RawRecord => {
    const [, producerId = '', rest = ''] = /^([a-z]?)(.+)$/.exec(what) ?? [];
    const marker = { '+': [0, 0, 0, 1], '-': [0, 0, 0, 0] }[rest];
    if (marker !== undefined)
      return {
        ...plain,
        offset,
        producerId,
        key: Buffer.from(marker),
        value: null,
        inTransaction: true,
        isControl: true,
      };
    const inTransaction = producerId !== '';
    return { ...plain, offset, producerId, key: Buffer.alloc(4), value: Buffer.from(rest), inTransaction };
  });
}

function shown(...written: readonly string[]): string {
  return visibleRecords(log(...written))
    .records.map(({ value }) => value?.toString())
    .join('');
}

test('what was committed is there, in the order of the log, and what was aborted is not', () => {
  assert.equal(shown('a1', 'b2', '3', 'b-', 'a4', 'a+'), '134');
  assert.equal(shown('a1', 'b2', 'b+', 'a+'), '12');
});

test('transactions of several producers that overlap are told apart, however they end', () => {
  assert.equal(shown('a1', 'b2', 'c3', 'a-', 'c4', 'b+', 'a5', 'c-', 'a+'), '25');
});

test('a transaction without an end counts as open, and nothing of it as there', () => {
  const { records, open, aborted } = visibleRecords(log('a1', 'a+', 'b2', 'a3', 'a4'));
  assert.deepEqual([records.length, open, aborted], [1, [2, 3], 0]);
});

test('an abort of nothing in this partition is no aborted transaction', () => {
  assert.equal(visibleRecords(log('a-', 'a1', 'a-')).aborted, 1);
});
