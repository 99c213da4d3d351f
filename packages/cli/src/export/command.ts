import { Command, Option } from 'commander';
import { parseMoment } from '../replay/times.ts';
import { consoleFor } from '../console-address.ts';
import { exportToFile } from './export-to-file.ts';

interface Flags {
  readonly config: string;
  readonly format: 'jsonl' | 'parquet';
  readonly out: string;
  readonly from?: number;
  readonly to?: number;
  readonly diverging?: true;
  readonly all?: true;
  readonly console?: string;
}

/** `understudy export`. */
export function exportCommand(): Command {
  const moment = (text: string): number => parseMoment(text, Date.now());
  return new Command('export')
    .description('write the compared pairs of a lane to a file, with labels and reviews')
    .argument('<lane>', 'experiment.shadow.run')
    .addOption(
      new Option('--format <format>', 'jsonl: with bodies and differences; parquet: for analyses')
        .choices(['jsonl', 'parquet'])
        .default('jsonl'),
    )
    .requiredOption('--out <file>', 'the file to write; one of this name is replaced when all is there')
    .option('--from <time>', 'windows that begin at it or later: 2026-03-01T08:00:00Z, or -2h', moment)
    .option('--to <time>', 'windows that begin before it', moment)
    .addOption(new Option('--diverging', 'pairs that differ; default for jsonl').conflicts('all'))
    .option('--all', 'agreeing pairs, too; default for parquet')
    .option('--console <address>', 'the console, http://host:port; default: as the configuration says')
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(run);
}

async function run(lane: string, flags: Flags): Promise<void> {
  const url = new URL(`/api/lanes/${encodeURIComponent(lane)}/export`, consoleFor(flags));
  url.searchParams.set('format', flags.format);
  if (flags.diverging === true) url.searchParams.set('which', 'diverging');
  if (flags.all === true) url.searchParams.set('which', 'all');
  for (const bound of ['from', 'to'] as const)
    if (flags[bound] !== undefined) url.searchParams.set(bound, String(flags[bound]));
  const { rows, bytes } = await exportToFile(url, { out: flags.out, progress: process.stderr });
  process.stdout.write(`${JSON.stringify({ file: flags.out, rows, bytes })}\n`);
}
