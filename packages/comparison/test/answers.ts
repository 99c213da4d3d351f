import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Answer } from '../src/answer.ts';
import { compareAnswers } from '../src/compare-answers.ts';
import { type ComparisonOptions, compileComparison } from '../src/comparison-plan.ts';
import {
  type Comparison,
  type Difference,
  differenceCategories,
  type DifferenceCategory,
} from '../src/comparison.ts';

/** An answer of status 200 with this text as its body. */
export function textAnswer(text: string): Answer {
  return {
    status: 200,
    contentType: 'application/json',
    body: new TextEncoder().encode(text),
    truncated: false,
  };
}

/** An answer of status 200 with this value as its JSON body. */
export function jsonAnswer(value: unknown): Answer {
  return textAnswer(JSON.stringify(value));
}

/**
 * Few keys and few values, so that two bodies often have places in common; keys that are traps in JavaScript
 * among them.
 */
export const bodies: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  body: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom(0, 1, 1.05, -1, 1e300, '', 'x', '1', true, false, null),
    fc.array(tie('body'), { maxLength: 4 }),
    fc
      .uniqueArray(fc.constantFrom('a', 'b', 'label', 'score', '__proto__', 'constructor', '0', 'a/b', '~'), {
        maxLength: 5,
      })
      .chain((keys) =>
        fc
          .tuple(...keys.map(() => tie('body')))
          .map((values) => Object.fromEntries(keys.map((key, place) => [key, values[place]]))),
      ),
  ),
})).body;

/** What comparing the other way round has to give. */
export function swapped(comparison: Comparison): Comparison {
  if (comparison.outcome === 'not-comparable') {
    const [side, ...problem] = comparison.reason.split('-');
    const other = side === 'production' ? 'shadow' : side === 'shadow' ? 'production' : side;
    return { ...comparison, reason: [other, ...problem].join('-') as typeof comparison.reason };
  }
  const { differences, categories, outputs } = comparison;
  const swappedCategories = new Set(categories.map(swappedCategory));
  return {
    ...comparison,
    differences: differences.map(swappedDifference),
    categories: differenceCategories.filter((category) => swappedCategories.has(category)),
    outputs: outputs && { production: outputs.shadow, shadow: outputs.production },
  };
}

function swappedDifference({ category, path, production, shadow }: Difference): Difference {
  return { category: swappedCategory(category), path, production: shadow, shadow: production };
}

function swappedCategory(category: DifferenceCategory): DifferenceCategory {
  if (category === 'missing') return 'extra';
  return category === 'extra' ? 'missing' : category;
}

/** Checks that swapping the sides swaps their names, and changes nothing else. */
export function assertSymmetric(options: ComparisonOptions, answers: fc.Arbitrary<Answer>): void {
  const plan = compileComparison(options);
  fc.assert(
    fc.property(answers, answers, (production, shadow) => {
      assert.deepEqual(
        compareAnswers(plan, shadow, production),
        swapped(compareAnswers(plan, production, shadow)),
      );
    }),
    { numRuns: 300 },
  );
}
