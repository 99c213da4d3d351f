import type { Request } from '@understudy/schemas-avro';
import type { FoundLetter } from '@understudy/streams';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { letterText } from './letter-text.ts';

const deadMs = Date.UTC(2026, 0, 2, 3, 0, 0);
const nowMs = deadMs + 7_200_000;

const found: FoundLetter = {
  partition: 3,
  offset: 17,
  deadMs,
  letter: {
    lane: 'mortgage.boosted.live',
    stage: 'shadow-invoker',
    reason: 'http-503',
    source: { topic: 'understudy.requests', partition: 3, offset: 1234 },
    appendedMs: deadMs - 600_000,
    calls: {
      attempts: 4,
      requestTimeMs: deadMs - 600_000,
      firstFailureMs: deadMs - 599_000,
      lastFailureMs: deadMs - 1_000,
      redrives: 1,
    },
  },
  settlement: { letterOffset: 17, settlement: 'redriven', settledMs: deadMs + 60_000 },
  record: {
    topic: 'understudy.shadow-dead-letters',
    partition: 3,
    offset: 17,
    timestampMs: deadMs,
    key: Buffer.from('a-key'),
    value: Buffer.from([0, 255]),
    headers: { 'understudy-lane': 'mortgage.boosted.live', traceparent: '00-ab-cd-01' },
  },
};

const request: Request = {
  exchangeId: 'e-1',
  requestId: null,
  experiment: 'mortgage',
  session: null,
  requestTime: 0,
  method: 'POST',
  path: '/predict?x=1',
  headers: { 'user-agent': 'curl\u001b[31m' },
  contentType: 'application/json',
  body: Buffer.from('{\n  "a": "\u0007"\n}'),
  bodySize: 12,
  production: null,
};

test('a letter with its request, its fate, and nothing that steers the terminal', () => {
  assert.equal(
    letterText(found, { kind: 'request', request }, nowMs),
    `letter        3/17, given up 2026-01-02T03:00:00.000Z (2 h ago), redriven 2026-01-02T03:01:00.000Z
lane          mortgage.boosted.live
given up by   shadow-invoker
reason        http-503
source        understudy.requests/3/1234, appended 2026-01-02T02:50:00.000Z
calls         4, first failed 2026-01-02T02:50:01.000Z, last 2026-01-02T02:59:59.000Z
redriven      1 time before
traceparent   00-ab-cd-01
key           a-key
exchange id   e-1
request id    none
request       POST /predict?x=1
  user-agent  curl\\x1b[31m

body: 12 bytes, application/json
{
  "a": "\\x07"
}
`,
  );
});

test('a long body is cut, and what the gateway cut is said', () => {
  const long = { ...request, body: Buffer.alloc(5_000, 'x'), bodySize: 6_000 };
  const text = letterText(found, { kind: 'request', request: long }, nowMs);
  assert.match(text, /^body: 6,000 bytes/m);
  assert.match(text, /x{4096}\n… the first 4096 bytes\n\(recorded: the first 5000 bytes\)\n$/);
});

test('what can not be read is shown as bytes, with the reason', () => {
  const text = letterText(
    { ...found, letter: null, settlement: null },
    { kind: 'unreadable', reason: 'not a letter of ours' },
    nowMs,
  );
  assert.match(text, /^letter .*not settled$/m);
  assert.match(text, /^value +not a letter of ours$/m);
  assert.match(text, /^bytes +2: 00 ff$/m);
});
