import { Command, InvalidArgumentError } from 'commander';
import { runDemo } from './run-demo.ts';

const maxRequests = 1_000_000;
const maxRate = 2_000;
/** Sends every applicant once in some 20 s. */
const defaultRate = 60;

interface Flags {
  readonly requests?: number;
  readonly rate: number;
  readonly json: boolean;
}

/** `understudy demo`. */
export function demoCommand(): Command {
  return new Command('demo')
    .description('run everything on this machine, with two shadows of a mortgage model, and see the verdicts')
    .option(
      '-n, --requests <count>',
      'requests to send (default: every applicant once)',
      wholeNumber(maxRequests),
    )
    .option('-r, --rate <count>', 'requests a second', wholeNumber(maxRate), defaultRate)
    .option('--json', 'run to the end, print one JSON document, and stop everything', false)
    .action(({ requests, rate, json }: Flags) =>
      runDemo({ requests: requests ?? null, ratePerSecond: rate, isJson: json }),
    );
}

function wholeNumber(most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
  };
}
