import assert from 'node:assert/strict';
import { test } from 'node:test';
import { liveRun } from '@understudy/schemas-avro';
import { acceptedText, gapListText } from './gap-text.ts';

const run = liveRun({ lane: 'mortgage.boosted.live', start: 0, windowMs: 10_000 });
const gap = {
  lane: run.lane,
  partition: 3,
  from: 10_000,
  to: 60_000,
  reasons: ['the comparator has to go on at requests/3@5, and the log begins at 9'],
};

test('what stands still is said with the command that lets it go on', () => {
  assert.equal(
    gapListText([gap], [run]),
    `mortgage.boosted.live, partition 3: the comparator has to go on at requests/3@5, and the log begins at 9.
  Not covered would be from 1970-01-01T00:00:10.000Z to 1970-01-01T00:01:00.000Z. To go on without it:
  understudy gaps accept mortgage.boosted.live --partition 3 --reason '...'
`,
  );
  assert.match(
    acceptedText([gap]),
    /^Partition 3 of mortgage\.boosted\.live is not covered from .*\.000Z to /,
  );
});

test('what was accepted stays in the list, with its reason as text that a terminal shows', () => {
  const accepted = { partition: 3, from: 10_000, to: 60_000, reason: 'disk full\u001b[31m' };
  const text = gapListText([], [{ ...run, gaps: [accepted] }]);
  assert.match(
    text,
    /^No lane stands still[^]*Accepted:\nmortgage\.boosted\.live, partition 3: from .* \(disk full/,
  );
  assert.ok(!text.includes('\u001b'));
});
