/** docs/statistics.md has a row for every statistic of a window, in the order of the code. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { statisticNames } from '@understudy/domain';
import { rowsUnder } from './table.ts';

const page = readFileSync(new URL('../../docs/statistics.md', import.meta.url), 'utf8');

test('every statistic that a window tells has a row', () => {
  const names = rowsUnder(page, '## What a window tells').map(([name = '']) => name.replaceAll('`', ''));
  assert.deepEqual(names, [...statisticNames]);
});
