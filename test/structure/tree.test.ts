import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ignoredBy, readTree } from './tree.ts';

test('a tree holds the files that .gitignore leaves, in every folder, hidden ones too', (t) => {
  const root = mkdtempSync(join(tmpdir(), 'understudy-tree-'));
  t.after(() => rmSync(root, { recursive: true }));
  const files = { '.gitignore': 'node_modules/\n*.log\n', '.ci/run': 'x', 'a/b.ts': 'y', 'a/b.log': '' };
  for (const [path, text] of Object.entries({ ...files, 'a/node_modules/c.ts': '', '.git/HEAD': '' })) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(root, 'picture'), Buffer.from([1, 0, 2]));

  const tree = readTree(root);
  assert.deepEqual(tree.paths, ['.ci/run', '.gitignore', 'a/b.ts', 'picture']);
  assert.equal(tree.text('a/b.ts'), 'y');
  assert.equal(tree.text('picture'), '');
  assert.throws(() => tree.text('a/b.log'), /no file a\/b\.log/);
});

test('a .gitignore with a pattern that would be misread is refused', () => {
  assert.throws(() => ignoredBy('docs/**/x'), /docs\/\*\*\/x/);
});
