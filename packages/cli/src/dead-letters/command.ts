import type { LetterPosition } from '@understudy/streams';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { listLetters } from './list-letters.ts';
import { collectPosition, parsePosition } from './select-letters.ts';
import { settle, type SettleRequest } from './settle.ts';
import { showLetter } from './show-letter.ts';

interface Common {
  readonly config: string;
  readonly lane?: string;
  readonly reason?: string;
}

const configOption = (): Option =>
  new Option('--config <file>', 'the configuration file').default('understudy.yaml');
const laneOption = (): Option => new Option('--lane <lane>', 'of this lane: experiment.shadow.run');
const reasonOption = (): Option => new Option('--reason <text>', 'whose reason begins with this');
const letterArgument = (): Argument => new Argument('<letter>', 'PARTITION/OFFSET, as list shows it');
const lettersArgument = (): Argument =>
  new Argument('[letters...]', 'PARTITION/OFFSET, as list shows them').argParser(collectPosition).default([]);

/** `understudy dead-letters list|show|redrive|discard`. */
export function deadLettersCommand(): Command {
  return new Command('dead-letters')
    .description('look at what was given up, and send it back or discard it')
    .addCommand(listCommand())
    .addCommand(showCommand())
    .addCommand(redriveCommand())
    .addCommand(discardCommand());
}

function listCommand(): Command {
  return new Command('list')
    .description('list dead letters, the newest first, with totals by reason')
    .addOption(configOption())
    .addOption(laneOption())
    .addOption(reasonOption())
    .option('--limit <count>', 'rows to show', wholeNumber, 50)
    .option('--json', 'print one JSON document', false)
    .action(({ config, limit, json, ...common }: Common & { limit: number; json: boolean }) =>
      listLetters({ configFile: config, filter: filterOf(common), limit, isJson: json }),
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('show one letter: what became of it, and the request')
    .addArgument(letterArgument().argParser(parsePosition))
    .addOption(configOption())
    .action((position: LetterPosition, { config }: Common) => showLetter(config, position));
}

function redriveCommand(): Command {
  return new Command('redrive')
    .description('call the shadow again: send letters back to the first retry topic of their lane')
    .addArgument(lettersArgument())
    .addOption(configOption())
    .addOption(laneOption())
    .addOption(reasonOption())
    .option('--dry-run', 'say what would be done, and write nothing', false)
    .action((positions: LetterPosition[], { dryRun, ...common }: Common & { dryRun: boolean }) =>
      settleLetters(positions, common, { settlement: 'redriven', dryRun, asks: false }),
    );
}

function discardCommand(): Command {
  return new Command('discard')
    .description('record that nothing is to be done about letters')
    .addArgument(lettersArgument())
    .addOption(configOption())
    .addOption(laneOption())
    .addOption(reasonOption())
    .option('--yes', 'do not ask', false)
    .action((positions: LetterPosition[], { yes, ...common }: Common & { yes: boolean }) =>
      settleLetters(positions, common, { settlement: 'discarded', dryRun: false, asks: !yes }),
    );
}

/** Exit code 1: some were refused. */
async function settleLetters(
  positions: readonly LetterPosition[],
  common: Common,
  how: Pick<SettleRequest, 'settlement' | 'dryRun' | 'asks'>,
): Promise<void> {
  const isDone = await settle({ configFile: common.config, positions, filter: filterOf(common), ...how });
  if (!isDone) process.exitCode = 1;
}

function filterOf({ lane, reason }: Omit<Common, 'config'>): SettleRequest['filter'] {
  return { lane: lane ?? null, reason: reason ?? null };
}

function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 999999.');
}
