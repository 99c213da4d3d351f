import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reportSentences } from '../page/labels-words.ts';
import type { LabelsReport } from '../src/views.ts';

const share = { estimate: 0.75, lower: 0.5, upper: 0.9 };
const report: LabelsReport = {
  lane: 'mortgage.boosted.live',
  coverage: { labelled: 3, of: 4, share },
  differing: { labelled: 0, of: 0, share: { estimate: null, lower: null, upper: null } },
  segments: [],
  young: 0,
  horizonMs: 1,
  accuracy: null,
  difference: { estimate: -0.05, lower: -0.2, upper: 0.1 },
  discordant: { productionOnly: 1_200, shadowOnly: 1, pValue: 0.00123456 },
  classes: null,
  numbers: null,
  scores: { production: null, shadow: null, reason: 'none' },
};

test('labels in words: the difference, who is right alone, how many labels there are', () => {
  assert.deepEqual(reportSentences(report), [
    'shadow less production -5.0% [-20.0, 10.0], whatever missing labels say',
    'right alone: production 1,200, shadow 1, p 0.00123 (McNemar)',
    'labelled 75.0% [50.0, 90.0], of those answered differently – ',
  ]);
});

test('of classes, numbers and scores what is known is said', () => {
  const classes = { macroPrecision: 0.5, macroRecall: 0.5, macroF1: 0.5, classes: [] };
  const errors = { meanAbsoluteError: 1.25, rootMeanSquaredError: 2, r2: null, quantiles: [] };
  const score = { auc: share, calibration: [], expectedError: 0.04 };
  const said = reportSentences({
    ...report,
    classes: { production: classes, shadow: { ...classes, macroF1: null } },
    numbers: {
      measured: 2,
      production: errors,
      shadow: errors,
      closer: { production: 1, shadow: 0, pValue: 1 },
    },
    scores: { production: score, shadow: score, reason: null },
  });
  assert.deepEqual(said.slice(3), [
    'F1, mean of the classes: production 0.5, shadow –',
    'mean absolute error: production 1.25, shadow 1.25',
    'nearer: production 1 times, shadow 0, p 1 (sign test)',
    'area under the curve: production 0.75 [0.5, 0.9], calibration error 0.04, shadow 0.75 [0.5, 0.9], calibration error 0.04',
  ]);
});
