import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedIn } from './record.ts';

const page = `
| case    | no. | last result |
| ------- | --- | ----------- |
| \`a\` ¹   | 1   | not run yet |
| \`a-b\`   | 2   | 1 test      |
| \`other\` | 3   | 2 tests     |
`;

test('what came of cases stands in their last column, and other rows stay', () => {
  const of = { passed: 2, failures: [], counts: {}, seconds: 1 };
  const failed = { ...of, failures: ['its test: why\nand more'] };
  const lines = recordedIn(page, [
    { ...of, name: 'a', counts: { kills: 3 } },
    { ...failed, name: 'a-b' },
  ]).split('\n');
  assert.deepEqual(lines.slice(3, 6), [
    '| `a` ¹   | 1   | 2 tests, 3 kills |',
    '| `a-b`   | 2   | failed: its test: why |',
    '| `other` | 3   | 2 tests     |',
  ]);
});
