import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readTree } from '../structure/tree.ts';
import { testPartOf } from './test-files.ts';

test('a test file’s part is told by its name', () => {
  assert.equal(testPartOf('packages/a/src/b.test.ts'), 'unit');
  assert.equal(testPartOf('packages/a/test/b.canary.integration.test.ts'), 'integration');
  assert.equal(testPartOf('test/e2e/b.e2e.test.ts'), 'e2e');
  assert.equal(testPartOf('packages/a/src/b.ts'), null);
  assert.equal(testPartOf('test/faults/b.fault.test.ts'), 'faults');
});

test('every file of this project that uses Node’s runner as a test does belongs to a part', () => {
  const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));
  const unnamed = tree.paths
    .filter((path) => path.endsWith('.ts') && testPartOf(path) === null)
    .filter((path) => /^(?:test|it|describe|suite)\(/m.test(tree.text(path)));
  assert.deepEqual(unnamed, []);
});
