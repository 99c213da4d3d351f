import type { Step } from './select-windows.ts';

/** Of one stretch: what is held of each window is its part of every partition, and its records. */
const maxSteps = 200;
/** Places in the divergence topic, other lanes' among them. */
const maxRecords = 20_000;

/**
 * Cuts steps, which follow each other without a gap, into stretches that are computed again in one go: of one judgement
 * each, so that what was published of them stands in the order of the windows, and bounded.
 */
export function* stretchesOf(steps: readonly Step[]): Generator<readonly Step[], void, undefined> {
  let stretch: Step[] = [];
  let records = 0;
  let judgement: number | null = null;
  for (const step of steps) {
    const of = step.kind === 'published' ? step.window.judgement : judgement;
    const isAnother = judgement !== null && of !== judgement;
    if (isAnother || stretch.length >= maxSteps || records >= maxRecords) {
      yield stretch;
      [stretch, records, judgement] = [[], 0, null];
    }
    stretch.push(step);
    if (step.kind === 'gap') continue;
    records += step.window.until - step.window.from;
    judgement = step.window.judgement;
  }
  if (stretch.length > 0) yield stretch;
}
