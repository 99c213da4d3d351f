import { createInterface } from 'node:readline/promises';
import {
  type LetterPosition,
  listDeadLetters,
  maxSettledTogether,
  readRuns,
  runsOf,
  type Settled,
  settleLetters,
  type SettleOptions,
} from '@understudy/streams';
import type { Run } from '@understudy/schemas-avro';
import { openRegistry } from '../open-registry.ts';
import { counted } from '../format.ts';
import { UserError } from '../user-error.ts';
import { maxListedLetters } from './list-letters.ts';
import { type OpenDeadLetters, withDeadLetters } from './open-dead-letters.ts';
import { printable } from '../printable.ts';
import { type LetterFilter, positionText, selectLetters } from './select-letters.ts';

export interface SettleRequest {
  readonly configFile: string;
  readonly settlement: SettleOptions['settlement'];
  /** Which letters; empty: those that the filter names. */
  readonly positions: readonly LetterPosition[];
  readonly filter: LetterFilter;
  readonly dryRun: boolean;
  /** Ask before anything is written. */
  readonly asks: boolean;
}

/** Settles letters and says what became of each. Resolves to whether none was refused. */
export async function settle(request: SettleRequest): Promise<boolean> {
  const { lane, reason } = request.filter;
  const isFiltered = lane !== null || reason !== null;
  if (request.positions.length > 0 ? isFiltered : lane === null) {
    throw new UserError('Say which letters: either PARTITION/OFFSET, or --lane for all open ones of a lane.');
  }
  return withDeadLetters(request.configFile, async (open) => {
    const positions =
      request.positions.length > 0 ? request.positions : await openLetters(open, request.filter);
    if (positions.length === 0) {
      process.stdout.write('No open letter is like that.\n');
      return true;
    }
    const { settlement, dryRun } = request;
    if (request.asks && !(await isConfirmed(request.settlement, positions.length))) return false;
    const registry = settlement === 'redriven' ? await openRegistry(open.config, open.logger) : null;
    const runs = async (): Promise<ReadonlyMap<string, Run>> =>
      registry === null ? new Map<string, Run>() : readRuns(runsOf({ ...open, registry }));
    const all: Settled[] = [];
    for (let from = 0; from < positions.length; from += maxSettledTogether) {
      const together = positions.slice(from, from + maxSettledTogether);
      const settled = await settleLetters({ ...open, settlement, positions: together, runs, dryRun });
      for (const each of settled) process.stdout.write(`${settledText(each, request)}\n`);
      all.push(...settled);
    }
    process.stdout.write(`${summaryText(all, request)}\n`);
    return all.every(({ outcome }) => outcome.kind !== 'refused');
  });
}

async function openLetters(open: OpenDeadLetters, filter: LetterFilter): Promise<readonly LetterPosition[]> {
  const { letters } = await listDeadLetters(open, maxListedLetters);
  return selectLetters(letters, filter).filter(({ settlement }) => settlement === null);
}

async function isConfirmed(settlement: string, letters: number): Promise<boolean> {
  if (!process.stdin.isTTY) throw new UserError('Nobody is there to ask: add --yes.');
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const verb = settlement === 'discarded' ? 'Discard' : 'Redrive';
    const question = terminal.question(`${verb} ${counted(letters, 'letter')}? [y/N] `);
    const answer = await question.catch(() => 'no'); // Ctrl-C or Ctrl-D
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}

function settledText(
  { outcome, ...position }: Settled,
  { settlement, dryRun }: Pick<SettleRequest, 'settlement' | 'dryRun'>,
): string {
  const name = positionText(position);
  switch (outcome.kind) {
    case 'settled': {
      const to = outcome.topic === null ? '' : ` to ${outcome.topic}`;
      return `${name}  ${dryRun ? 'would be ' : ''}${settlement}${to}`;
    }
    case 'settled-before': {
      const { settlement: before, settledMs } = outcome.settlement;
      return `${name}  was ${before} before, ${new Date(settledMs).toISOString()}; nothing to do`;
    }
    case 'refused':
      return `${name}  refused. ${printable(outcome.reason)}`;
  }
}

function summaryText(
  all: readonly Settled[],
  { settlement, dryRun }: Pick<SettleRequest, 'settlement' | 'dryRun'>,
): string {
  const number = (kind: Settled['outcome']['kind']): number =>
    all.filter(({ outcome }) => outcome.kind === kind).length;
  const done = `${counted(number('settled'), 'letter')} ${dryRun ? 'would be ' : ''}${settlement}`;
  return `${done}, ${number('settled-before')} settled before, ${number('refused')} refused.`;
}
