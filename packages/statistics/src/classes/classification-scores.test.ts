import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assertClose } from '../../test/close.ts';
import { classificationScores } from './classification-scores.ts';

test('a class that is never answered, and one that is no label, count as 0 in the means', () => {
  const scores = classificationScores({ labels: ['a', 'a', 'b'], predictions: ['a', 'c', 'a'] });
  assertClose(scores.accuracy, 1 / 3);
  // By class a, b, c: precision 1/2, 0, 0; recall 1/2, 0, 0; F1 1/2, 0, 0.
  assertClose(scores.macroPrecision, 1 / 6);
  assertClose(scores.macroRecall, 1 / 6);
  assertClose(scores.macroF1, 1 / 6);
});

test('the order of answers doesn’t matter, to the last bit', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name), { maxLength: 40 }), (rows) => {
      const scoresOf = (given: typeof rows): object =>
        classificationScores({
          labels: given.map(([label]) => label),
          predictions: given.map(([, each]) => each),
        });
      assert.deepEqual(scoresOf(rows.toReversed()), scoresOf(rows));
    }),
  );
});

test('without labels all is null', () => {
  const { accuracy, macroF1, reason } = classificationScores({ labels: [], predictions: [] });
  assert.deepEqual([accuracy, macroF1, reason], [null, null, 'no answer has a label']);
  assert.throws(() => classificationScores({ labels: ['a'], predictions: [] }), RangeError);
});
