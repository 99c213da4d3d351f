import { readConfigSource } from '@understudy/config';
import { Command } from 'commander';
import { existsSync } from 'node:fs';
import { UserError } from '../user-error.ts';
import { runUp } from './run-up.ts';

/** `understudy up`. */
export function upCommand(): Command {
  return new Command('up')
    .description('run everything that a config describes, on this machine')
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(async ({ config: file }: { config: string }) => {
      if (!existsSync(file)) throw new UserError(`There is no ${file}: \`understudy init\` writes one.`);
      await runUp(readConfigSource({ file, env: process.env }));
    });
}
