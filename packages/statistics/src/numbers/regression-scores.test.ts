import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertClose } from '../../test/close.ts';
import { regressionScores } from './regression-scores.ts';

test('by hand', () => {
  const scores = regressionScores({ labels: [1, 2, 3, 6], predictions: [1, 2, 5, 4] });
  assertClose(scores.meanAbsoluteError, 1);
  assertClose(scores.rootMeanSquaredError, Math.SQRT2);
  assertClose(scores.r2, 1 - 8 / 14);
});

test('labels that don’t vary have errors, and no R²', () => {
  const { meanAbsoluteError, r2, reason } = regressionScores({
    labels: [0.1, 0.1, 0.1],
    predictions: [0, 0, 0],
  });
  assertClose(meanAbsoluteError, 0.1);
  assert.deepEqual([r2, reason], [null, 'no R²: the labels don’t vary']);
});

test('without labels all is null', () => {
  const { meanAbsoluteError, rootMeanSquaredError, reason } = regressionScores({
    labels: [],
    predictions: [],
  });
  assert.deepEqual([meanAbsoluteError, rootMeanSquaredError, reason], [null, null, 'no answer has a label']);
});
