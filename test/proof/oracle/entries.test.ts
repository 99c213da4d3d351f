import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ProductionResponse, Request, ShadowResponse } from '@understudy/schemas-avro';
import { entriesOf } from './entries.ts';
import type { Logged } from './logged.ts';
import { recoveriesOf } from './recoveries.ts';
import type { LaneRules } from './task.ts';

const rules: LaneRules = {
  experiment: 'e',
  shadow: 's',
  sampling: { rate: 1, salt: 'e' },
  windowMs: 1_000,
  deadlineMs: 61_000,
  retries: [],
  label: 'decision',
  segment: { field: 'tier', values: ['gold'] },
};
const runStart = 100_000;

function logged<T>(offset: number, timeMs: number, value: T | null): Logged<T> {
  const kind = value === null ? 'unreadable' : 'value';
  const raw = { offset, timestampMs: timeMs, key: null, value: null, headers: {} };
  return {
    partition: 0,
    offset,
    timeMs,
    key: null,
    kind,
    value,
    raw: { ...raw, producerId: '', inTransaction: false, isControl: false },
  };
}

function request(offset: number, timeMs: number, exchangeId = 'x'): Logged<Request> {
  const body = Buffer.from('{"tier":"gold"}');
  return logged(offset, timeMs, {
    exchangeId,
    experiment: 'e',
    session: null,
    body,
    bodySize: body.length,
    production: null,
  } as Request);
}

function answer(status: number, text: string): NonNullable<ShadowResponse['answer']> {
  const body = Buffer.from(text);
  return { status, headers: {}, contentType: null, body, bodySize: body.length };
}

function production(offset: number, timeMs: number, text: string): Logged<ProductionResponse> {
  const result = { outcome: 'answered', answer: answer(200, text), latencyMs: 1, error: null } as const;
  return logged(offset, timeMs, { exchangeId: 'x', experiment: 'e', responseTime: 0, result });
}

function shadow(offset: number, requestOffset: number, text: string): Logged<ShadowResponse> {
  return logged(offset, 0, {
    kind: 'first',
    requestOffset,
    requestTime: 0,
    exchangeId: 'x',
    status: 'answered',
    reason: null,
    attempts: 1,
    latencyMs: 1,
    answer: answer(200, text),
  });
}

const yes = '{"decision":"yes"}';
const no = '{"decision":"no"}';

/** What became of one request at 100.5 s whose production responses are these. */
function fateWith(productions: readonly Logged<ProductionResponse>[], shadowText = yes): string {
  const logs = { requests: [request(7, 100_500)], productions, shadows: [shadow(0, 7, shadowText)] };
  const [entry] = entriesOf(rules, runStart, logs);
  if (entry === undefined) return 'none';
  return entry.fate.compared ? `agreed ${entry.fate.agreed}` : entry.fate.reason;
}

test('a production response counts from 10 s before its request to the deadline behind it', () => {
  const missing = 'missing-production-response';
  assert.deepEqual(
    [90_499, 90_500, 161_500, 161_501].map((timeMs) => fateWith([production(0, timeMs, yes)])),
    [missing, 'agreed true', 'agreed true', missing],
  );
});

test('of several production responses the one of lowest offset counts, if it is within the time', () => {
  assert.equal(
    fateWith([production(0, 90_000, yes), production(1, 100_600, no), production(2, 100_700, yes)]),
    'agreed false',
  );
});

test('different classes differ; a body without one can not be compared', () => {
  assert.equal(fateWith([production(0, 100_600, yes)], no), 'agreed false');
  assert.equal(fateWith([production(0, 100_600, '<html>')], yes), 'not-comparable');
});

test('a recovery is compared once, in the window of the frontier before it; the request’s own entry stays', () => {
  const ofRequest = (offset: number, changes: Partial<ShadowResponse>): Logged<ShadowResponse> => {
    const response = shadow(offset, 7, no);
    return { ...response, value: { ...response.value, ...changes } as ShadowResponse };
  };
  const shadows = [
    ofRequest(0, { status: 'deferred', answer: null, requestTime: 100_500 }),
    ofRequest(1, { kind: 'progress', status: null, answer: null, requestTime: 103_200 }),
    ofRequest(2, { kind: 'recovery' }),
    ofRequest(3, { kind: 'recovery' }),
  ];
  const productions = [production(0, 100_600, yes)];
  const entries = entriesOf(rules, runStart, { requests: [request(7, 100_500)], productions, shadows });
  assert.deepEqual(
    entries.map(({ fate }) => fate),
    [{ compared: false, reason: 'shadow-deferred' }],
  );
  assert.deepEqual(
    recoveriesOf(rules, shadows, entries).map(({ windowStart, correction }) => [
      windowStart,
      correction?.fate,
    ]),
    [
      [103_000, { compared: true, agreed: false, categories: ['class'], outputs: ['"yes"', '"no"'] }],
      [103_000, { compared: false, reason: 'recovered-before' }],
    ],
  );
});

test('requests before the run, and of other experiments, are not part of it; those that nobody can read are', () => {
  const other = request(3, 100_900);
  const requests = [
    request(1, 99_999),
    request(2, 100_000),
    { ...other, value: { ...other.value, experiment: 'f' } as Request },
    logged<Request>(4, 101_000, null),
  ];
  const entries = entriesOf(rules, runStart, { requests, productions: [], shadows: [] });
  assert.deepEqual(
    entries.map((entry) => [entry.request.offset, entry.windowStart, entry.segment]),
    [
      [2, 100_000, 'gold'],
      [4, 101_000, null],
    ],
  );
});
