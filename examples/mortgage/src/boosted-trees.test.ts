import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Application } from './application.ts';
import { loadApplicants } from './applicants.ts';
import { type BoostedTreesWeights, scoreBoostedTrees, type TreeNode } from './boosted-trees.ts';
import { probability } from './encode.ts';

const twoLevels: TreeNode[] = [
  { feature: 0, threshold: 0.4, left: 1, right: 4 },
  { feature: 1, threshold: 0.5, left: 2, right: 3 },
  { value: -1 },
  { value: 2 },
  { value: 5 },
];

test('a tree deeper than a stump is walked to its leaf, and a value at the threshold goes left', () => {
  const weights = weightsOf([twoLevels]);
  assert.equal(scoreBoostedTrees(weights, application(0.4, 'no')), probability(-1));
  assert.equal(scoreBoostedTrees(weights, application(0.4, 'yes')), probability(2));
  assert.equal(scoreBoostedTrees(weights, application(0.41, 'no')), probability(5));
});

test('trees add up in log odds, beginning at the baseline', () => {
  const weights = { ...weightsOf([twoLevels, [{ value: 0.25 }]]), baseline: 0.5 };
  assert.equal(scoreBoostedTrees(weights, application(0.41, 'no')), probability(5.75));
});

test('a damaged tree is an error, not a loop or a score', () => {
  const loop = weightsOf([[{ feature: 0, threshold: 1, left: 0, right: 0 }]]);
  const dangling = weightsOf([[{ feature: 0, threshold: 1, left: 7, right: 7 }]]);
  const unknownFeature = weightsOf([[{ feature: 9, threshold: 1, left: 1, right: 1 }, { value: 1 }]]);
  for (const weights of [loop, dangling, unknownFeature]) {
    assert.throws(() => scoreBoostedTrees(weights, application(0.4, 'no')), /ends in no leaf/);
  }
});

function weightsOf(trees: TreeNode[][]): BoostedTreesWeights {
  const features = ['debt_to_income', 'public_bad_credit'] as const;
  return { kind: 'boosted-trees', features, threshold: 0.5, baseline: 0, trees };
}

function application(debtToIncome: number, publicBadCredit: 'yes' | 'no'): Application {
  const [applicant] = loadApplicants();
  assert.ok(applicant);
  return { ...applicant, debt_to_income: debtToIncome, public_bad_credit: publicBadCredit };
}
