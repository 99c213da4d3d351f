import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Answer } from '@understudy/schemas-avro';
import type { Entry } from './entry.ts';
import { KeptPairs } from './kept-pairs.ts';

const window = { lane: 'mortgage.boosted.live', windowStart: 0, windowEnd: 10_000 };
const large = Buffer.alloc(1024 * 1024, 'x');
const answer: Answer = { status: 200, headers: {}, contentType: null, body: large, bodySize: large.length };

const entry = {
  request: {
    offset: 0,
    timeMs: 0,
    exchangeId: 'x1',
    payload: { requestId: null, body: large, trace: {} },
  },
  production: null,
  shadow: { offset: 0, response: { latencyMs: 1 } },
} as unknown as Entry;

test('of a large body only the kept beginning stays in memory', () => {
  const pairs = new KeptPairs({ divergingPairs: 10, bodyBytes: 100 });
  const comparison = {
    outcome: 'differ',
    score: 0,
    differences: [],
    differenceCount: 0,
    categories: [],
    outputs: null,
  } as const;
  pairs.keep(entry, { outcome: 'compared', comparison, production: answer, shadow: answer }, []);
  const pair = pairs.toRecords(window)[0]?.comparison.diverging;
  for (const body of [pair?.requestBody, pair?.productionBody, pair?.shadowBody]) {
    assert.equal(body?.length, 100);
    assert.ok(body.buffer.byteLength < 100_000, `${body.buffer.byteLength} bytes are held for 100`);
  }
});
