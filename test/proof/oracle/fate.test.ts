import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ShadowResponse } from '@understudy/schemas-avro';
import { type Fate, fateOf } from './fate.ts';
import type { LaneRules } from './task.ts';

const rules = { label: 'decision' } as LaneRules;

/** What becomes of two answers of status 422 with these bodies. */
function fateOfErrors(ours: string, theirs: string, cutBytes = 0): Fate {
  const [production, shadow] = [ours, theirs].map((text) => {
    const body = Buffer.from(text);
    return { status: 422, headers: {}, contentType: null, body, bodySize: body.length + cutBytes };
  });
  assert.ok(production && shadow);
  return fateOf(rules, {
    isReadable: true,
    production: { outcome: 'answered', answer: production, latencyMs: 1, error: null },
    shadow: { status: 'answered', answer: shadow } as ShadowResponse,
  });
}

test('errors of one status agree if they say the same, as JSON where both are; a cut one can not be compared', () => {
  const agreed = { compared: true, agreed: true, categories: [], outputs: null };
  const different = { compared: true, agreed: false, categories: ['error'], outputs: null };
  assert.deepEqual(fateOfErrors('{"a":1,"b":2}', '{ "b": 2, "a": 1 }'), agreed);
  assert.deepEqual(fateOfErrors('{}', '{"a":1}'), different);
  assert.deepEqual(fateOfErrors('busy', 'busy'), agreed);
  assert.deepEqual(fateOfErrors('busy', 'closed'), different);
  assert.deepEqual(fateOfErrors('{}', '{}', 1), { compared: false, reason: 'not-comparable' });
});
