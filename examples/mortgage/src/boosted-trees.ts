import type { Application } from './application.ts';
import { encode, type Feature, probability } from './encode.ts';

/** A branch goes to node `left` where the feature's value is at most the threshold, else to node `right`. */
export type TreeNode =
  | { readonly feature: number; readonly threshold: number; readonly left: number; readonly right: number }
  | { readonly value: number };

/** `weights/shadow.json`. Each tree is a list of nodes, the root first; children come after their parent. */
export interface BoostedTreesWeights {
  readonly kind: 'boosted-trees';
  readonly features: readonly Feature[];
  /** Denied from this probability on. */
  readonly threshold: number;
  /** In log odds, as the values of the leaves are. */
  readonly baseline: number;
  readonly trees: ReadonlyArray<readonly TreeNode[]>;
}

/** The probability of denial, 0 to 1. */
export function scoreBoostedTrees(weights: BoostedTreesWeights, application: Application): number {
  const inputs = encode(application, weights.features);
  const logOdds = weights.trees.reduce((sum, tree) => sum + leafValue(tree, inputs), weights.baseline);
  return probability(logOdds);
}

function leafValue(tree: readonly TreeNode[], inputs: readonly number[]): number {
  let index = 0;
  // A path visits each node at most once, so the tree's size bounds the walk even where the weights are damaged.
  for (let step = 0; step < tree.length; step += 1) {
    const node = tree[index];
    if (node === undefined) break;
    if ('value' in node) return node.value;
    const input = inputs[node.feature];
    if (input === undefined) break;
    index = input <= node.threshold ? node.left : node.right;
  }
  throw new Error('weights/shadow.json: a tree has a path that ends in no leaf; train again');
}
