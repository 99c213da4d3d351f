import { ConfigError, explainConfig, readConfigSource } from '@understudy/config';
import { Command } from 'commander';

/**
 * `explain`, to be mounted under `understudy config`: prints the effective configuration, each value with where it
 * came from. What is wrong with the file goes to standard error, with exit code 1.
 */
export function configExplainCommand(): Command {
  return new Command('explain')
    .description('print the effective configuration and where each value came from')
    .option('-f, --file <path>', 'the configuration file', 'understudy.yaml')
    .action(({ file }: { file: string }, command: Command) => {
      try {
        process.stdout.write(explainConfig(readConfigSource({ file, env: process.env })));
      } catch (error) {
        if (error instanceof ConfigError) command.error(error.message);
        throw error;
      }
    });
}
