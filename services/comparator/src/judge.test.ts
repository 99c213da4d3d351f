import assert from 'node:assert/strict';
import { test } from 'node:test';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { compileComparison } from '@understudy/comparison';
import type { Answer, ProductionResult, ShadowResponse } from '@understudy/schemas-avro';
import { judge, type ToJudge } from './judge.ts';

const plan = compileComparison({ kind: 'class', label: '/decision' });

function answer(decision: string, over: Partial<Answer> = {}): Answer {
  const body = Buffer.from(JSON.stringify({ decision }));
  return { status: 200, headers: {}, contentType: 'application/json', body, bodySize: body.length, ...over };
}

function production(over: Partial<ProductionResult> = {}): ProductionResult {
  return { outcome: 'answered', answer: answer('approved'), latencyMs: 1, error: null, ...over };
}

function shadow(over: Partial<ShadowResponse> = {}): ShadowResponse {
  return {
    kind: 'first',
    requestOffset: 0,
    requestTime: 0,
    exchangeId: 'x',
    status: 'answered',
    reason: null,
    attempts: 1,
    latencyMs: 1,
    answer: answer('approved'),
    ...over,
  };
}

function outcomeOf(over: Partial<ToJudge>): string {
  const judgement = judge(plan, { isReadable: true, production: production(), shadow: shadow(), ...over });
  return judgement.outcome === 'compared' ? judgement.comparison.outcome : judgement.reason;
}

test('the rest of a broken session has a reason of its own', () => {
  const skipped = { status: 'skipped', answer: null } as const;
  assert.equal(outcomeOf({ shadow: shadow({ ...skipped, reason: 'session-broken' }) }), 'session-broken');
  assert.equal(outcomeOf({ shadow: shadow({ ...skipped, reason: 'shadow-down' }) }), 'shadow-skipped');
});

test('two answers are compared', () => {
  assert.equal(outcomeOf({}), 'agree');
  assert.equal(outcomeOf({ shadow: shadow({ answer: answer('denied') }) }), 'differ');
});

test('production comes first: where users got no answer, the shadow has nothing to agree with', () => {
  const failing = shadow({ status: 'failed', answer: null });
  assert.equal(outcomeOf({ production: null, shadow: failing }), 'missing-production-response');
  assert.equal(
    outcomeOf({ production: production({ outcome: 'timed_out', answer: null }) }),
    'production-timed-out',
  );
  assert.equal(
    outcomeOf({ production: production({ outcome: 'failed', answer: null }) }),
    'production-failed',
  );
  const error = production({ answer: answer('approved', { status: 503 }) });
  assert.equal(outcomeOf({ production: error, shadow: failing }), 'production-failed');
});

test('a client error of production is an answer like any other', () => {
  const refused = answer('none', { status: 400 });
  assert.equal(
    outcomeOf({ production: production({ answer: refused }), shadow: shadow({ answer: refused }) }),
    'agree',
  );
  assert.equal(outcomeOf({ production: production({ answer: refused }) }), 'differ');
});

test('a shadow without an answer is named by its status', () => {
  const statuses = {
    failed: 'shadow-failed',
    timed_out: 'shadow-timed-out',
    deferred: 'shadow-deferred',
    dead_lettered: 'shadow-dead-lettered',
    shed: 'shadow-shed',
    skipped: 'shadow-skipped',
  } as const;
  for (const [status, reason] of Object.entries(statuses)) {
    assert.equal(
      outcomeOf({ shadow: shadow({ status: status as keyof typeof statuses, answer: null }) }),
      reason,
    );
  }
});

test('what was not read, or was cut, is not guessed at', () => {
  assert.equal(outcomeOf({ isReadable: false }), 'request-unreadable');
  assert.equal(
    outcomeOf({ shadow: shadow({ answer: answer('approved', { bodySize: 9_999 }) }) }),
    'not-comparable',
  );
});

test('answers are compared as they were meant, whatever content encoding each side chose', () => {
  const plain = answer('approved').body;
  const encoded = {
    gzip: gzipSync(plain),
    deflate: deflateSync(plain),
    br: brotliCompressSync(plain),
    zstd: zstdCompressSync(plain),
  };
  for (const [encoding, body] of Object.entries(encoded)) {
    const packed = answer('', { headers: { 'content-encoding': encoding }, body, bodySize: body.length });
    assert.equal(outcomeOf({ production: production({ answer: packed }) }), 'agree', encoding);
  }
  const broken = answer('approved', { headers: { 'content-encoding': 'gzip' } });
  assert.equal(
    outcomeOf({ shadow: shadow({ answer: { ...broken, body: Buffer.from('?'), bodySize: 1 } }) }),
    'not-comparable',
  );
});

test('what can’t be compared says why, and on which side', () => {
  const cut = answer('approved', { bodySize: 1_000 });
  const judgement = judge(plan, {
    isReadable: true,
    production: production(),
    shadow: shadow({ answer: cut }),
  });
  assert.deepEqual(judgement, {
    outcome: 'not-compared',
    reason: 'not-comparable',
    notComparable: 'shadow-truncated',
  });
});
