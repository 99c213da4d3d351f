import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { rules } from './rules.ts';
import { readTree } from './tree.ts';

const tree = readTree(fileURLToPath(new URL('../..', import.meta.url)));

for (const { rule, reason, check } of rules) {
  test(`structure: ${rule}`, () => {
    const places = check(tree).map(({ file, line, found }) => `  ${file}:${line}  ${found}`);
    if (places.length > 0) assert.fail(`${rule}: ${reason}\n${places.join('\n')}\n`);
  });
}
