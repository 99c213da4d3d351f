import type { Application, NumberColumn, YesNoColumn } from './application.ts';

export type Feature = NumberColumn | YesNoColumn;

/** The inputs of a model, in the order of `features`: numbers as they are, yes as 1 and no as 0. */
export function encode(application: Application, features: readonly Feature[]): number[] {
  return features.map((feature) => {
    const value = application[feature];
    return typeof value === 'number' ? value : Number(value === 'yes');
  });
}

/** The logistic function: log odds to probability. */
export function probability(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}
