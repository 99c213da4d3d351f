import { type Comparison, notComparable } from '../comparison.ts';
import { type ClassLabel, labelOf } from './class-label.ts';
import type { ClassPlan } from './class-plan.ts';
import { compareTopClasses } from './compare-top-classes.ts';
import { DifferenceList } from '../difference-list.ts';
import { problemOf, type Reading, readNumber, readValue } from '../reading.ts';

/**
 * Equal classes agree, unless their scores are judged and too far apart.
 *
 * The comparison's score is 0 for different classes; for equal ones `1 - |difference of the scores|`, at
 * least 0, and 1 where scores are not read or one is not there. (Meant for probabilities: scores 1 apart or
 * more are as unlike as can be.) Different classes differ whatever the scores; equal ones can't be compared
 * when scores are judged and one is not there.
 */
export function compareClass(plan: ClassPlan, production: unknown, shadow: unknown): Comparison {
  const { top } = plan;
  if (top !== null) return compareTopClasses({ ...plan, top }, production, shadow);
  const productionLabel = readLabel(plan, production);
  const shadowLabel = readLabel(plan, shadow);
  if (!productionLabel.ok || !shadowLabel.ok) {
    return notComparable(problemOf(productionLabel), problemOf(shadowLabel));
  }
  const outputs = { production: productionLabel.value.text, shadow: shadowLabel.value.text };
  const isEqual = outputs.production === outputs.shadow;
  const differences = new DifferenceList();
  if (!isEqual) {
    differences.add('class', plan.label.text, productionLabel.value.value, shadowLabel.value.value);
  }
  if (plan.score === null) return differences.compared(isEqual ? 1 : 0, outputs);

  const productionScore = readNumber(production, plan.score, 'score');
  const shadowScore = readNumber(shadow, plan.score, 'score');
  const isJudged = plan.scoreTolerance !== null;
  if (!productionScore.ok || !shadowScore.ok) {
    if (isEqual && isJudged) return notComparable(problemOf(productionScore), problemOf(shadowScore));
    return differences.compared(isEqual ? 1 : 0, outputs);
  }
  const apart = Math.abs(productionScore.value - shadowScore.value);
  if (isJudged && apart > plan.scoreTolerance) {
    differences.add('score', plan.score.text, productionScore.value, shadowScore.value);
  }
  return differences.compared(isEqual ? Math.max(0, 1 - apart) : 0, outputs);
}

function readLabel({ label, names }: ClassPlan, body: unknown): Reading<ClassLabel> {
  const read = readValue(body, label, 'label');
  return read.ok ? labelOf(read.value, names) : read;
}
