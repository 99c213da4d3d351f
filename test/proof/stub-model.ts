import { createHash } from 'node:crypto';

/** A share in [0, 1) that a text determines. */
function shareOf(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}

/** What production decides, and the shadows too when they are right. */
export function decisionOn(exchangeId: string): 'approve' | 'decline' {
  return shareOf(`decision ${exchangeId}`) < 0.5 ? 'approve' : 'decline';
}

export function otherDecision(exchangeId: string): 'approve' | 'decline' {
  return decisionOn(exchangeId) === 'approve' ? 'decline' : 'approve';
}

/** What a stub shadow does with one request: the same whenever it is asked. Status null: no answer in time. */
export interface StubAnswer {
  readonly delayMs: number;
  readonly status: number | null;
  readonly body: string;
}

/** Of the calls of one request that fails: at least so many, at most so many more. */
const failures = { least: 1, more: 4 };

/**
 * `model` tells the stubs apart: each errs on other requests. Some errors pass: a request fails a number of times that its
 * id determines.
 */
export function stubAnswer(model: string, exchangeId: string, attempt: number): StubAnswer {
  const share = shareOf(`${model} ${exchangeId}`);
  const delayMs = shareOf(`delay ${model} ${exchangeId}`) ** 4 * 150;
  const right = JSON.stringify({ exchangeId, decision: decisionOn(exchangeId) });
  const wrong = JSON.stringify({ exchangeId, decision: otherDecision(exchangeId) });
  const failing = failures.least + Math.floor(shareOf(`failures ${exchangeId}`) * (failures.more + 1));
  if (attempt <= failing) {
    if (share < 0.06) return { delayMs, status: 500, body: 'out of memory' };
    if (share < 0.07) return { delayMs, status: 429, body: '{}' };
    if (share < 0.075) return { delayMs: 0, status: null, body: '' };
  }
  if (share > 0.98) return { delayMs, status: 200, body: 'decision: approve' };
  if (share > 0.97) return { delayMs, status: 200, body: JSON.stringify({ exchangeId }) };
  if (share > 0.96)
    return { delayMs, status: 422, body: share > 0.965 ? '{}' : JSON.stringify({ exchangeId }) };
  return { delayMs, status: 200, body: share < 0.2 ? wrong : right };
}
