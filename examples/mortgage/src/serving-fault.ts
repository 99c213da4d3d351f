import type { Application } from './application.ts';

/**
 * The fault that the shadow is released with, on purpose: it is what the demo has to find.
 *
 * A unit mix-up: for self-employed applicants the trees are handed debt_to_income as a percentage (36), though they
 * were trained on a ratio (0.36). It is of the kind that real releases have: training never runs this code, so offline
 * accuracy is fine; every answer is well formed and quick; seven applicants in eight are not touched. Only a
 * comparison on real traffic, by segment, shows it.
 */
export function withUnitMixUp(application: Application): Application {
  if (application.self_employed === 'no') return application;
  return { ...application, debt_to_income: application.debt_to_income * 100 };
}
