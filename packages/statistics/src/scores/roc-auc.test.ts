import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { normalQuantile } from '../distributions/normal-quantile.ts';
import { rocAuc } from './roc-auc.ts';

const cases = fc.array(fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: -6, max: 6 })), {
  minLength: 1,
  maxLength: 60,
});

test('it is the share of pairs in which label 1 scores higher, equal scores counting half', () => {
  fc.assert(
    fc.property(cases, (rows) => {
      const labels = rows.map(([label]) => label);
      const scores = rows.map(([, score]) => score);
      const of = (which: number): number[] => scores.filter((_, place) => labels[place] === which);
      const wins = of(1).flatMap((one) => of(0).map((other) => (one > other ? 1 : one === other ? 0.5 : 0)));
      const { auc, reason } = rocAuc({ labels, scores });
      if (wins.length === 0) assert.deepEqual([auc, reason], [null, 'undefined: all labels are the same']);
      else assertClose(auc, wins.reduce<number>((sum, each) => sum + each, 0) / wins.length);
    }),
  );
});

test('scores the other way round mirror it, interval and all', () => {
  fc.assert(
    fc.property(cases, (rows) => {
      const labels = rows.map(([label]) => label);
      const one = rocAuc({ labels, scores: rows.map(([, score]) => score) });
      const other = rocAuc({ labels, scores: rows.map(([, score]) => -score) });
      if (one.auc === null) return assert.equal(other.auc, null);
      assertClose(one.auc + (other.auc ?? NaN), 1);
      assertClose((one.lower ?? NaN) + (other.upper ?? NaN), 1, 1e-9);
      assert.ok((one.lower ?? NaN) <= one.auc && one.auc <= (one.upper ?? NaN));
    }),
  );
});

test('at its ends the area is as far from the observed one as Newcombe’s standard error says', () => {
  const labels = [0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1];
  const scores = labels.map((_, place) => place);
  const { auc, lower, upper } = rocAuc({ labels, scores, confidence: 0.9 });
  for (const end of [lower ?? NaN, upper ?? NaN]) {
    const together = 1 + (11 / 2 - 1) * ((1 - end) / (2 - end) + end / (1 + end));
    const error = Math.sqrt((end * (1 - end) * together) / (5 * 6));
    assertClose(Math.abs((auc ?? NaN) - end), normalQuantile(0.95) * error, 1e-9);
  }
});

test('labels that are told apart without a mistake leave an interval, the wider the fewer they are', () => {
  const few = rocAuc({ labels: [0, 0, 1, 1], scores: [1, 2, 3, 4] });
  const many = rocAuc({
    labels: Array.from({ length: 400 }, (_, i) => (i < 200 ? 0 : 1)),
    scores: Array.from({ length: 400 }, (_, i) => i),
  });
  assert.deepEqual([few.auc, few.upper, many.auc, many.upper], [1, 1, 1, 1]);
  assert.ok((few.lower ?? 1) < 0.5 && (many.lower ?? 0) > 0.95);
});

test('what can’t be is refused', () => {
  assert.throws(() => rocAuc({ labels: [2], scores: [1] }), /labels are 0 or 1/);
  assert.throws(() => rocAuc({ labels: [1], scores: [] }), /as many labels as scores/);
  assert.throws(() => rocAuc({ labels: [1, 0], scores: [1, NaN] }), /finite/);
  assert.equal(rocAuc({ labels: [], scores: [] }).reason, 'no answer has a label');
});
