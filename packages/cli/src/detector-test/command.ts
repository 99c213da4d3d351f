import { fileURLToPath } from 'node:url';
import { ConfigError, readConfigSource } from '@understudy/config';
import { Command, Option } from 'commander';
import { becomeProcess } from '../become-process.ts';
import { withLocalAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';

/** Part of the comparator: the windows are judged by the very code that judges live ones. */
const detectorTestMain = fileURLToPath(
  new URL('../../../../services/comparator/src/detector-test/main.ts', import.meta.url),
);
const mostWindows = 2000;

interface DetectorTestOptions {
  readonly config: string;
  readonly last: string;
  readonly json: boolean;
}

/** `understudy detector-test LANE`. It takes the place of this process, so its exit code is the command's. */
export function detectorTestCommand(): Command {
  return new Command('detector-test')
    .description(
      'put known divergence into recorded traffic, and say how much of it is found, how fast, and how often an alarm is false',
    )
    .argument('<lane>', 'experiment.shadow.run')
    .option('--last <count>', `so many of its newest windows, up to ${mostWindows}`, '100')
    .option('--json', 'print one JSON document', false)
    .addOption(new Option('--config <file>', 'the configuration file').default('understudy.yaml'))
    .action((lane: string, { config, last, json }: DetectorTestOptions, command: Command) => {
      try {
        const count = /^\d{1,4}$/.test(last) ? Number(last) : 0;
        if (count < 1 || count > mostWindows)
          throw new UserError(`--last takes a number of windows from 1 to ${mostWindows}.`);
        const { env } = withLocalAddresses(readConfigSource({ file: config, env: process.env }));
        const args = ['--config', config, '--lane', lane, '--last', last, ...(json ? ['--json'] : [])];
        becomeProcess([detectorTestMain, ...args], env);
      } catch (error) {
        if (!(error instanceof ConfigError) && !(error instanceof UserError)) throw error;
        command.error(error.message);
      }
    });
}
