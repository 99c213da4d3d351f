import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corrections, rowsUnder } from './table.ts';

const page = `# Page

## First

Some words.

| name | says        |
| ---- | ----------- |
| \`a\`  | one         |
| \`b\`  | two \\| three |

| another | table |
| ------- | ----- |

## Second

## Last

| name |
| ---- |
| c    |`;

test('a table is found under its heading, cell by cell', () => {
  assert.deepEqual(rowsUnder(page, '## First'), [
    ['`a`', 'one'],
    ['`b`', 'two | three'],
  ]);
  assert.deepEqual(rowsUnder(page, '## Last'), [['c']]);
});

test('what a page lacks is said', () => {
  assert.throws(() => rowsUnder(page, '## Third'), /no heading "## Third"/);
  assert.throws(() => rowsUnder(page, '## Second'), /no table under "## Second"/);
});

test('a table that says what the code says needs nothing, in whatever order', () => {
  const rows = rowsUnder(page, '## First');
  assert.deepEqual(
    corrections(rows, [
      ['`b`', null],
      ['`a`', 'one'],
    ]),
    [],
  );
});

test('rows to add, to change and to take out are written as the page needs them', () => {
  const rows = [
    ['a', 'one', 'by hand'],
    ['b', 'two', ''],
    ['c', 'three', 'by hand'],
    ['c', 'three', 'again'],
  ];
  const expected = [
    ['a', 'uno', null],
    ['b', 'two', null],
    ['c', 'three', null],
    ['d', 'x | y', null],
  ];
  assert.deepEqual(corrections(rows, expected), [
    'take out   | c | three | again |   (it is there twice)',
    'change to  | a | uno | by hand |',
    'change to  | b | two | (say it in words) |',
    'add        | d | x \\| y | (say it in words) |',
  ]);
  assert.deepEqual(corrections(rows.slice(0, 1), []), ['take out   | a | one | by hand |']);
});
