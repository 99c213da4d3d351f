import { parseArgs } from 'node:util';
import type { FaultCase } from './fault-case.ts';

/** What the command line asks for. */
export interface FaultOptions {
  readonly cases: readonly FaultCase[];
  readonly listOnly: boolean;
  /** Write what came of the cases into the page about them. */
  readonly record: boolean;
  /** Null: each proof draws its own. */
  readonly seed: number | null;
  /** Of processes, in the case of random kills. Null: as many as that test has by itself. */
  readonly kills: number | null;
}

export const usage = `npm run test:faults -- [--only CASE]… [--short] [--brokers 1|3] [--seed N] [--kills N] [--record] [--list]`;

/** @throws Error with the sentence for the user. */
export function faultOptions(args: readonly string[], all: readonly FaultCase[]): FaultOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      short: { type: 'boolean', default: false },
      brokers: { type: 'string' },
      seed: { type: 'string' },
      kills: { type: 'string' },
      record: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
    },
  });
  const { only, short, brokers } = values;
  const unknown = only?.filter((name) => !all.some((known) => known.name === name)) ?? [];
  if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}: --list shows them all`);
  if (brokers !== undefined && brokers !== '1' && brokers !== '3')
    throw new Error(`--brokers ${brokers}: write 1 or 3`);
  const cases = all.filter(
    (each) =>
      (only === undefined || only.includes(each.name)) &&
      (!short || each.choice === 'short') &&
      (brokers === undefined || each.brokers === Number(brokers)),
  );
  return {
    cases,
    listOnly: values.list,
    record: values.record,
    seed: wholeNumber('--seed', values.seed),
    kills: wholeNumber('--kills', values.kills),
  };
}

function wholeNumber(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`${option} ${text}: write a whole number`);
  return value;
}
