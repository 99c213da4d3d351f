import type { DeadLetter } from '@understudy/streams';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterDocument, letterListText } from './letter-list.ts';

const nowMs = Date.UTC(2026, 0, 2);

function letter(offset: number, reason: string, changes: Partial<DeadLetter> = {}): DeadLetter {
  return {
    partition: 3,
    offset,
    deadMs: nowMs - 7_200_000 + offset,
    letter: {
      lane: 'mortgage.boosted.live',
      stage: 'shadow-invoker',
      reason,
      source: { topic: 'understudy.requests', partition: 3, offset: 1 },
      appendedMs: 0,
      calls: { attempts: 4, requestTimeMs: 0, firstFailureMs: 0, lastFailureMs: 0, redrives: 0 },
    },
    settlement: null,
    ...changes,
  };
}

const settlement = { letterOffset: 11, settlement: 'discarded', settledMs: nowMs } as const;
const letters = [
  letter(10, 'http-503'),
  letter(11, 'http-503', { settlement }),
  letter(12, 'transport: ECONNREFUSED\u001b[2J'),
  letter(13, '', { letter: null }),
];

test('the newest first, then totals by reason; what strangers wrote can not steer the terminal', () => {
  assert.equal(
    letterListText({ letters, older: 0, limit: 3, nowMs }),
    `LETTER  AGE  LANE                   CALLS  SETTLED    REASON
3/13    1 h  ?                      –      –          not a letter of ours: its headers say no reason
3/12    1 h  mortgage.boosted.live  4      –          transport: ECONNREFUSED\\x1b[2J
3/11    1 h  mortgage.boosted.live  4      discarded  http-503
… and 1 older letter

OPEN  SETTLED  REASON
1     1        http-503
1     0        not a letter of ours: its headers say no reason
1     0        transport: ECONNREFUSED\\x1b[2J
`,
  );
});

test('of many reasons the most frequent are listed', () => {
  const many = Array.from({ length: 500 }, (_, offset) => letter(offset, `unreadable: $.x${offset}`));
  const text = letterListText({ letters: many, older: 0, limit: 1, nowMs });
  assert.ok(text.endsWith('\n… and 480 other reasons\n'));
  assert.equal(text.match(/^1 +0 +unreadable/gm)?.length, 20);
});

test('a long reason is cut; all of it is in `show`', () => {
  const text = letterListText({ letters: [letter(10, 'x'.repeat(300))], older: 0, limit: 3, nowMs });
  assert.match(text, / x{80}…\n\n/);
  assert.match(text, /^1     0        x{80}…$/m);
});

test('none, and what was not looked at', () => {
  assert.equal(
    letterListText({ letters: [], older: 1_200, limit: 3, nowMs }),
    'There are no dead letters.\n1,200 letters more, the oldest ones of each partition, were not looked at.\n',
  );
});

test('as a document', () => {
  assert.deepEqual(letterDocument({ letters, older: 2, limit: 1, nowMs }), {
    letters: [letters[3]],
    totals: [
      { reason: 'http-503', open: 1, settled: 1 },
      { reason: 'not a letter of ours: its headers say no reason', open: 1, settled: 0 },
      { reason: 'transport: ECONNREFUSED\u001b[2J', open: 1, settled: 0 },
    ],
    older: 2,
  });
});
