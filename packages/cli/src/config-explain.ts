import { ConfigError, explainConfig, readConfigSource } from '@understudy/config';
import { Command } from 'commander';
import { usualAddresses, withLocalAddresses } from './up/local-addresses.ts';

/**
 * `explain`, to be mounted under `understudy config`: prints the effective configuration, each value with where it
 * came from. Addresses that nobody gives are those of `understudy up`, or the ones that it takes if they are free. What is wrong with the file goes to standard error, with exit code 1.
 */
export function configExplainCommand(): Command {
  return new Command('explain')
    .description('print the effective configuration and where each value came from')
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(({ config: file }: { config: string }, command: Command) => {
      try {
        const source = withLocalAddresses(readConfigSource({ file, env: process.env }), usualAddresses);
        const giverOf = (name: string): string =>
          process.env[name] ? `environment ${name}` : 'understudy up';
        process.stdout.write(explainConfig(source, giverOf));
      } catch (error) {
        if (error instanceof ConfigError) command.error(error.message);
        throw error;
      }
    });
}
