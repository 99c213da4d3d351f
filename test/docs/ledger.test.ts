/** docs/ledger.md has a section for every reason, in the order of the code, and none for another; so has its table. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { notComparableReasons } from '@understudy/comparison';
import { notComparedReasons, notCorrectedReasons } from '@understudy/domain';
import { rowsUnder } from './table.ts';

const page = readFileSync(new URL('../../docs/ledger.md', import.meta.url), 'utf8');

test('every reason for not being compared has a section', () => {
  const sections = page.split(/^### /m).slice(1);
  const names = sections.map((section) => /^`([^`]+)`/.exec(section)?.[1]);
  const ofCorrections = notCorrectedReasons.filter(
    (reason) => !(notComparedReasons as readonly string[]).includes(reason),
  );
  assert.deepEqual(names, [...notComparedReasons, ...ofCorrections]);
  for (const section of sections) assert.ok(section.split('\n').length > 3, `too short: ${section}`);
});

test('everything for which answers can’t be compared has a row', () => {
  const problems = notComparableReasons.map((reason) => reason.replace(/^(?:production|shadow|both)-/, ''));
  const rows = rowsUnder(page, '### `not-comparable`').map(([name = '']) => name.replaceAll('`', ''));
  assert.deepEqual(rows, [...new Set(problems)]);
});
