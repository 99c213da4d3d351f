/** docs/ledger.md has a section for every reason, in the order of the code, and none for another. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { notComparedReasons, notCorrectedReasons } from '@understudy/domain';

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
