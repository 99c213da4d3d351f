import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatLetter,
  formatSettlement,
  type Letter,
  parseLetter,
  parseSettlement,
  withLetter,
} from './letter-headers.ts';

const letter: Letter = {
  lane: 'mortgage.boosted.live',
  stage: 'shadow-invoker',
  reason: 'http-503',
  source: { topic: 'understudy.requests', partition: 3, offset: 1234 },
  appendedMs: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
  calls: {
    attempts: 4,
    requestTimeMs: Date.UTC(2026, 0, 2, 3, 4, 6),
    firstFailureMs: Date.UTC(2026, 0, 2, 3, 4, 7),
    lastFailureMs: Date.UTC(2026, 0, 2, 3, 10),
    redrives: 1,
  },
};

test('what an earlier letter said of the record is not taken for this one’s', () => {
  const own = { traceparent: '00-ab-cd-01', ...formatLetter(letter) };
  const unreadable: Letter = { ...letter, reason: 'unreadable: no JSON', calls: null };
  assert.deepEqual(withLetter(own, unreadable), { traceparent: '00-ab-cd-01', ...formatLetter(unreadable) });
  assert.deepEqual(parseLetter(withLetter(own, unreadable)), unreadable);
});

test('a letter in words', () => {
  assert.deepEqual(formatLetter(letter), {
    'understudy-lane': 'mortgage.boosted.live',
    'understudy-stage': 'shadow-invoker',
    'understudy-reason': 'http-503',
    'understudy-source': 'understudy.requests/3/1234',
    'understudy-appended': '2026-01-02T03:04:05.006Z',
    'understudy-attempts': '4',
    'understudy-request-time': '2026-01-02T03:04:06.000Z',
    'understudy-first-failure': '2026-01-02T03:04:07.000Z',
    'understudy-last-failure': '2026-01-02T03:10:00.000Z',
    'understudy-redrives': '1',
  });
});

test('what was written is read back, beside headers of others', () => {
  const unreadable: Letter = { ...letter, stage: 'comparator', reason: 'unreadable: no Avro', calls: null };
  for (const each of [letter, unreadable]) {
    assert.deepEqual(parseLetter({ traceparent: '00-ab-cd-01', ...formatLetter(each) }), each);
  }
});

test('a header that is missing or makes no sense is not guessed', () => {
  const headers = formatLetter(letter);
  const broken = ['stage', 'source', 'attempts', 'appended', 'request-time', 'first-failure', 'redrives'];
  for (const name of broken) {
    assert.equal(parseLetter({ ...headers, [`understudy-${name}`]: 'nonsense' }), null, name);
  }
  const { 'understudy-request-time': _, ...withoutTime } = headers;
  assert.equal(parseLetter(withoutTime), null);
});

test('a settlement names the letter and what was done', () => {
  const settlement = { letterOffset: 7, settlement: 'redriven', settledMs: Date.UTC(2026, 0, 2) } as const;
  const headers = formatSettlement(settlement);
  assert.deepEqual(headers, {
    'understudy-settles': '7',
    'understudy-settlement': 'redriven',
    'understudy-settled': '2026-01-02T00:00:00.000Z',
  });
  assert.deepEqual(parseSettlement(headers), settlement);
  assert.equal(parseSettlement({ ...headers, 'understudy-settlement': 'lost' }), null);
  assert.equal(parseLetter(headers), null);
});
