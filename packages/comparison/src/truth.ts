import { wholeText } from './json/canonical-json.ts';
import { labelOf } from './kinds/class-label.ts';
import { areClose } from './kinds/compare-number.ts';
import type { ComparisonPlan } from './comparison-plan.ts';

/** Whether answers that are compared in this way can be right or wrong by a label: where they are one value. */
export function canBeLabelled({ kind }: ComparisonPlan): boolean {
  return kind === 'class' || kind === 'class-scores' || kind === 'number';
}

/**
 * What a label says that the answer was to be, as text for `isRight`.
 *
 * @param json the label's value as JSON
 * @returns `null` if answers that are compared in this way can't be that: no JSON, no class, no number, or longer
 * than `maxTextLength`
 */
export function readTruth(plan: ComparisonPlan, json: string): string | null {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return null;
  }
  switch (plan.kind) {
    case 'class':
    case 'class-scores': {
      const label = labelOf(value, plan.names);
      return label.ok ? label.value.text : null;
    }
    case 'number':
      return typeof value === 'number' && Number.isFinite(value) ? wholeText(value) : null;
    case 'json':
    case 'text':
    case 'ranking':
    case 'stream':
    case 'tool-calls':
    case 'bytes':
    case 'embedding':
      return null;
  }
}

/**
 * Whether one side's output, as `Compared` has it, is what the label says: the same class, or a number that the
 * comparison's tolerances would let agree.
 */
export function isRight(plan: ComparisonPlan, output: string, truth: string): boolean {
  if (plan.kind === 'number') return areClose(plan, Number(output), Number(truth));
  return output === truth;
}
