import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { betaBinomialConfidenceSequence } from './confidence-sequence.ts';
import { requestsStillNeeded } from './requests-still-needed.ts';

const confidence = 0.95;
const none = { missing: 0, confidence };

test('fewer than 0.1% errors need 12,417 requests without one', () => {
  const { requests, verdict } = requestsStillNeeded({ ...none, agreed: 100, requests: 100, margin: 0.999 });
  assert.deepEqual([requests, verdict], [12_317, 'pass']);
});

test('so many requests at today’s rates clear the margin, and one fewer doesn’t', () => {
  const counts = fc.tuple(fc.nat(400), fc.nat(400), fc.nat(40));
  const margins = fc.double({ min: 0.01, max: 0.99, noNaN: true });
  fc.assert(
    fc.property(counts, margins, ([agreed, differing, missing], margin) => {
      const now = agreed + differing + missing;
      const { requests, verdict, reason } = requestsStillNeeded({
        agreed,
        missing,
        requests: now,
        margin,
        confidence,
      });
      assert.equal(requests === null, reason !== null);
      if (requests === null) return;
      const isClear = (trials: number): boolean => {
        const share = verdict === 'pass' ? agreed / now : (agreed + missing) / now;
        const ends = betaBinomialConfidenceSequence({ successes: share * trials, trials, confidence });
        return verdict === 'pass' ? ends.lower > margin : ends.upper < margin;
      };
      assert.ok(isClear(now + requests));
      if (requests > 0) assert.ok(!isClear(now + requests - 1));
    }),
  );
});

test('failing at a stricter level needs more requests', () => {
  const at = { ...none, agreed: 90, requests: 100, margin: 0.95 };
  const stricter = requestsStillNeeded({ ...at, failConfidence: 0.995 });
  assert.equal(stricter.verdict, 'fail');
  assert.ok((stricter.requests ?? 0) > (requestsStillNeeded(at).requests ?? Infinity));
});

test('what is clear already needs none', () => {
  assertClose(requestsStillNeeded({ ...none, agreed: 9_900, requests: 10_000, margin: 0.95 }).requests, 0);
  assert.equal(requestsStillNeeded({ ...none, agreed: 500, requests: 1_000, margin: 0.95 }).verdict, 'fail');
});

test('no number is given where none would do, and why', () => {
  const reasonOf = (agreed: number, missing: number, requests: number): string | null => {
    const result = requestsStillNeeded({ agreed, missing, requests, margin: 0.95, confidence });
    assert.deepEqual([result.requests, result.verdict], [null, null]);
    return result.reason;
  };
  assert.equal(reasonOf(95, 0, 100), 'the estimate is at the margin');
  assert.match(reasonOf(90, 8, 100) ?? '', /missing spans the margin/);
  assert.equal(reasonOf(0, 0, 0), 'no request has been sampled yet');
  assert.match(reasonOf(950_000_001, 0, 1e9) ?? '', /too near the margin/);
});

test('counts that can’t be are refused', () => {
  assert.throws(() => requestsStillNeeded({ ...none, agreed: 11, requests: 10, margin: 0.9 }), RangeError);
  assert.throws(
    () => requestsStillNeeded({ ...none, agreed: 5, missing: -1, requests: 10, margin: 0.9 }),
    RangeError,
  );
  assert.throws(() => requestsStillNeeded({ ...none, agreed: 5, requests: 10, margin: 1 }), RangeError);
});
