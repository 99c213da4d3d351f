import { Command } from 'commander';
import { appliedText } from './applied-text.ts';
import { applyFile } from './apply-file.ts';

/** `understudy apply`. */
export function applyCommand(): Command {
  return new Command('apply')
    .description('record the experiments of a config as new revisions; running services follow them')
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(({ config: file }: { config: string }) =>
      applyFile(file, (applied) => void process.stdout.write(appliedText(applied))),
    );
}
