import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classScores } from './class-scores.ts';

test('precision, recall and F1 of each class, by hand', () => {
  const counts = [
    { label: 'a', prediction: 'a', count: 30 },
    { label: 'a', prediction: 'b', count: 10 },
    { label: 'b', prediction: 'b', count: 5 },
    { label: 'b', prediction: 'a', count: 20 },
    { label: 'b', prediction: 'c', count: 15 },
    { label: 'a', prediction: 'a', count: 30 },
  ];
  assert.deepEqual(classScores({ counts }), [
    { name: 'a', labelled: 70, predicted: 80, right: 60, precision: 0.75, recall: 6 / 7, f1: 0.8 },
    { name: 'b', labelled: 40, predicted: 15, right: 5, precision: 1 / 3, recall: 0.125, f1: 2 / 11 },
    { name: 'c', labelled: 0, predicted: 15, right: 0, precision: 0, recall: 0, f1: 0 },
  ]);
  assert.deepEqual(classScores({ counts: counts.toReversed() }), classScores({ counts }));
});

test('no answers, no classes; what is no count is refused', () => {
  assert.deepEqual(classScores({ counts: [] }), []);
  assert.throws(() => classScores({ counts: [{ label: 'a', prediction: 'a', count: -1 }] }), RangeError);
});
