import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from './nearest.ts';

const known = ['timeout', 'concurrency', 'maxOutstanding', 'url', 'name'];

test('a slip of the finger finds the word that was meant', () => {
  assert.equal(nearest('tiemout', known), 'timeout');
  assert.equal(nearest('concurency', known), 'concurrency');
  assert.equal(nearest('maxoutstanding', known), 'maxOutstanding');
  assert.equal(nearest('uri', known), 'url');
  assert.equal(nearest('ulr', known), 'url');
});

test('a word that is far from all finds none', () => {
  assert.equal(nearest('colour', known), null);
  assert.equal(nearest('x', known), null);
  assert.equal(nearest('timeout', []), null);
});

test('a word of any length is compared in no time and no memory', () => {
  const before = process.memoryUsage().heapUsed;
  assert.equal(nearest('x'.repeat(2_000_000), known), null);
  assert.ok(process.memoryUsage().heapUsed - before < 50_000_000);
});
