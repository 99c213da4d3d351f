import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Request, ShadowResponse } from '@understudy/schemas-avro';
import { checkRetries } from './check-retries.ts';
import type { Evidence, LaneEvidence } from './evidence.ts';
import { Findings } from './findings.ts';
import type { Logged } from './logged.ts';
import { recoveriesOf } from './recoveries.ts';
import type { LaneRules } from './task.ts';
import type { RawRecord } from './visible-records.ts';

/** A record of the one partition there is. */
interface Line {
  readonly atMs: number;
  readonly request: number;
  readonly attempts: number;
}

interface Response extends Line {
  readonly says: 'deferred' | 'answered' | 'dead_lettered';
}

/** Requests 0, 1 and 2 are deferred; 0 is answered after 1 s, 1 after 2 s more, 2 given up. */
const right = {
  responses: [
    { atMs: 100, request: 0, attempts: 2, says: 'deferred' },
    { atMs: 100, request: 1, attempts: 2, says: 'deferred' },
    { atMs: 100, request: 2, attempts: 2, says: 'deferred' },
    { atMs: 1_101, request: 0, attempts: 3, says: 'answered' },
    { atMs: 3_110, request: 1, attempts: 4, says: 'answered' },
    { atMs: 3_110, request: 2, attempts: 4, says: 'dead_lettered' },
  ] as readonly Response[],
  first: [
    { atMs: 101, request: 0, attempts: 2 },
    { atMs: 101, request: 1, attempts: 2 },
    { atMs: 101, request: 2, attempts: 2 },
  ] as readonly Line[],
  second: [
    { atMs: 1_101, request: 1, attempts: 3 },
    { atMs: 1_101, request: 2, attempts: 3 },
  ] as readonly Line[],
  letters: [{ atMs: 3_110, request: 2, attempts: 4 }] as readonly Line[],
};

function raw(offset: number, { atMs, request, attempts }: Line): RawRecord {
  return {
    offset,
    timestampMs: atMs,
    key: Buffer.from('key'),
    value: Buffer.from(`request ${request}`),
    headers: {
      'understudy-lane': 'e.s.live',
      'understudy-attempts': String(attempts),
      'understudy-source': `requests/0/${request}`,
      'understudy-appended': '1970-01-01T00:00:00.050Z',
      'understudy-request-time': '1970-01-01T00:00:00.050Z',
      'understudy-first-failure': '1970-01-01T00:00:00.060Z',
      'understudy-last-failure': '1970-01-01T00:00:00.070Z',
    },
    producerId: '',
    inTransaction: true,
    isControl: false,
  };
}

function logged<T>(value: T, record: RawRecord): Logged<T> {
  const { offset, timestampMs: timeMs } = record;
  return { partition: 0, offset, timeMs, key: 'key', kind: 'value', value, raw: record };
}

function response({ says, request, attempts }: Response): ShadowResponse {
  return {
    kind: says === 'deferred' ? 'first' : 'recovery',
    requestOffset: request,
    requestTime: 50,
    exchangeId: 'x',
    status: says,
    reason: null,
    attempts,
    latencyMs: null,
    answer: null,
  };
}

/** Where the oracle finds something, sorted. */
function findingsIn(log: Partial<typeof right>): string {
  const { responses, first, second, letters } = { ...right, ...log };
  const request = {} as Request;
  const rules = { windowMs: 1_000 } as LaneRules;
  const shadows = responses.map((each, offset) => logged(response(each), raw(offset, each)));
  const topic = (name: string, delayMs: number, lines: readonly Line[]): LaneEvidence['retries'][number] => ({
    topic: name,
    delayMs,
    copies: [lines.map((line, offset) => logged(request, raw(offset, line)))],
  });
  const lane = {
    name: 'e.s.live',
    rules,
    shadows: [shadows],
    recoveries: [recoveriesOf(rules, shadows, [])],
    retries: [topic('1s', 1_000, first), topic('2s', 2_000, second)],
  } as unknown as LaneEvidence;
  const evidence = {
    requests: [
      [0, 1, 2].map((offset) => logged(request, raw(offset, { atMs: 50, request: offset, attempts: 0 }))),
    ],
    deadLetters: letters.map((line, offset) => raw(offset, line)),
  } as unknown as Evidence;
  const findings = new Findings();
  checkRetries(findings, evidence, lane);
  return findings.all.map(({ where }) => where.replace('e.s.live partition 0, ', '')).join('; ');
}

function without<T>(lines: readonly T[], index: number): readonly T[] {
  return lines.toSpliced(index, 1);
}

function withOne<T>(lines: readonly T[], index: number, changed: Partial<T>): readonly T[] {
  return lines.map((line, at) => (at === index ? { ...line, ...changed } : line));
}

test('what goes as it has to is not found', () => {
  assert.equal(findingsIn({}), '');
});

test('a recovery that is missing, or said twice', () => {
  assert.match(findingsIn({ responses: without(right.responses, 5) }), /^recovery of request 2$/);
  const twice = [...right.responses, ...right.responses.slice(5)];
  assert.match(findingsIn({ responses: twice }), /^recovery of request 2$/);
});

test('a copy that is missing, doubled, or of one that was answered', () => {
  assert.match(findingsIn({ first: without(right.first, 1) }), /hop 1, copy of request 1/);
  assert.match(
    findingsIn({ second: [...right.second, ...right.second.slice(1)] }),
    /hop 2, copy of request 2/,
  );
  const answered = { atMs: 1_101, request: 0, attempts: 3 };
  assert.match(findingsIn({ second: [answered, ...right.second] }), /hop 2, copy of request 0/);
  assert.match(findingsIn({ letters: [] }), /hop 3, copy of request 2/);
});

test('what is tried before it is due', () => {
  assert.equal(findingsIn({ second: withOne(right.second, 0, { atMs: 1_100 }) }), 'hop 2 of request 1: due');
  const early = withOne(right.responses, 4, { atMs: 3_100 });
  assert.equal(findingsIn({ responses: early }), 'hop 3, recovery of request 1: due');
});

test('what overtakes', () => {
  assert.equal(findingsIn({ second: right.second.toReversed() }), 'hop 2: order');
});

test('attempts that do not rise by one', () => {
  assert.match(
    findingsIn({ first: withOne(right.first, 2, { attempts: 3 }) }),
    /hop 1 of request 2: attempts/,
  );
  assert.match(
    findingsIn({ letters: withOne(right.letters, 0, { attempts: 3 }) }),
    /hop 3 of request 2: attempts/,
  );
});
