import { readFileSync } from 'node:fs';
import type { Application } from './application.ts';
import { type BoostedTreesWeights, scoreBoostedTrees } from './boosted-trees.ts';
import { type LogisticRegressionWeights, scoreLogisticRegression } from './logistic-regression.ts';
import { withUnitMixUp } from './serving-fault.ts';

/**
 * - `production`: logistic regression.
 * - `shadow`: boosted trees as released, with the fault of serving-fault.ts.
 * - `shadow-repaired`: the same trees without it.
 */
export const modelNames = ['production', 'shadow', 'shadow-repaired'] as const;
export type ModelName = (typeof modelNames)[number];

/** A model's answer; `score` is the probability of denial, 0 to 1. */
export interface Prediction {
  readonly decision: 'approved' | 'denied';
  readonly score: number;
  readonly model: ModelName;
}

export interface Model {
  readonly name: ModelName;
  predict(application: Application): Prediction;
}

/** Reads the model's weights from disk, once; predicting does no I/O. */
export function loadModel(name: ModelName): Model {
  switch (name) {
    case 'production': {
      const weights = readWeights<LogisticRegressionWeights>('production.json', 'logistic-regression');
      return modelOf(name, weights.threshold, (application) => scoreLogisticRegression(weights, application));
    }
    case 'shadow': {
      const weights = readWeights<BoostedTreesWeights>('shadow.json', 'boosted-trees');
      return modelOf(name, weights.threshold, (application) =>
        scoreBoostedTrees(weights, withUnitMixUp(application)),
      );
    }
    case 'shadow-repaired': {
      const weights = readWeights<BoostedTreesWeights>('shadow.json', 'boosted-trees');
      return modelOf(name, weights.threshold, (application) => scoreBoostedTrees(weights, application));
    }
  }
}

function modelOf(name: ModelName, threshold: number, score: (application: Application) => number): Model {
  return {
    name,
    predict: (application) => {
      const probabilityOfDenial = score(application);
      const decision = probabilityOfDenial >= threshold ? 'denied' : 'approved';
      return { decision, score: probabilityOfDenial, model: name };
    },
  };
}

function readWeights<W extends { readonly kind: string }>(file: string, kind: W['kind']): W {
  const weights = JSON.parse(readFileSync(new URL(`../weights/${file}`, import.meta.url), 'utf8')) as W;
  if (weights.kind !== kind)
    throw new Error(`weights/${file} holds ${weights.kind}, not ${kind}; train again`);
  return weights;
}
