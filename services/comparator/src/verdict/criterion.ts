import type { Criterion, Interval } from '@understudy/schemas-avro';

/** How sure a criterion is before it says something. */
export interface Levels {
  /** Of the interval that passes. */
  readonly pass: number;
  /** Of the one that fails: of all required criteria together, no more lanes fail wrongly than pass wrongly by one. */
  readonly fail: number;
}

const nothing: Interval & Pick<Criterion, 'margin' | 'needed'> = {
  estimate: null,
  lower: null,
  upper: null,
  margin: null,
  needed: null,
};

/** What the config doesn't ask for, or this lane can't say. It holds nobody back. */
export function notJudged(name: string, reason: string): Criterion {
  return { ...nothing, name, outcome: 'not_evaluated', reason };
}

/** A question of yes or no: no holds a pass back, and fails nobody. */
export function yesOrNo(name: string, isYes: boolean, reason: string): Criterion {
  return { ...nothing, name, outcome: isYes ? 'pass' : 'inconclusive', reason };
}

export function undecided(name: string, reason: string): Criterion {
  return { ...nothing, name, outcome: 'inconclusive', reason };
}

/** `97.3%`, and more digits where they are needed to tell the share from all or none: `99.97%`. */
export function percent(share: number): string {
  const digits = Math.max(1, Math.ceil(-Math.log10(Math.max(1e-6, Math.min(share, 1 - share)))) - 2);
  const isEnd = share === 0 || share === 1;
  return `${(share * 100).toFixed(isEnd ? 1 : digits)}%`;
}
