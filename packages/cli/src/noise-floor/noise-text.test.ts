import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type NoiseReport, noiseText } from './noise-text.ts';

const report: NoiseReport = {
  lane: 'mortgage.boosted.live',
  baseline: 'mortgage.second.live',
  requests: 1_200,
  missing: 6,
  bothDiffer: 10,
  shadowOnly: 190,
  baselineOnly: 14,
  excess: { estimate: 0.1474, lower: 0.09, upper: 0.201 },
  pValue: 1e-30,
  paths: [
    {
      path: '/at\x1b',
      bothDiffer: 10,
      shadowOnly: 4,
      baselineOnly: 14,
      excess: { estimate: -0.008, lower: -0.03, upper: 0.01 },
      finding: 'noise',
    },
  ],
};

test('the excess is said with its interval, and each place with what is found there', () => {
  const text = noiseText(report);
  assert.match(text, /^mortgage\.boosted\.live against mortgage\.second\.live, on 1,200 requests$/m);
  assert.match(text, /^ {2}production differs from itself in 2\.0%, the shadow from production in 16\.7%$/m);
  assert.match(text, /^ {2}excess \+14\.7% \[9\.0, 20\.1\]: more than production’s own noise$/m);
  assert.match(text, /^ {2}6 were not compared in the shadow's lane/m);
  assert.match(
    text,
    /^ {2}\/at\\x1b +1\.2% +2\.0% +-0\.8% \[-3\.0, 1\.0\] +noise: production differs from itself/m,
  );
});

test('nothing known, and less than noise, are said as that', () => {
  const nothing = {
    ...report,
    requests: 0,
    missing: 0,
    paths: [],
    excess: { estimate: null, lower: -1, upper: 1 },
  };
  assert.match(
    noiseText(nothing),
    /^ {2}excess – \[-100\.0, 100\.0\]: no more than noise, as far as is known$/m,
  );
  const quieter = { ...report, excess: { estimate: -0.1, lower: -0.2, upper: -0.01 } };
  assert.match(noiseText(quieter), /: less noisy than production$/m);
});
