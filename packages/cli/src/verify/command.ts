import { fileURLToPath } from 'node:url';
import { ConfigError, readConfigSource } from '@understudy/config';
import { Argument, Command, Option } from 'commander';
import { becomeProcess } from '../become-process.ts';
import { withLocalAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';

/** Part of the comparator: what was published is compared with what that very code computes again. */
const verifyMain = fileURLToPath(
  new URL('../../../../services/comparator/src/verify/main.ts', import.meta.url),
);

/** The same for a bundle, which needs no log. */
const bundleMain = fileURLToPath(
  new URL('../../../../services/comparator/src/evidence/check-main.ts', import.meta.url),
);

/** 1 would say that a window differs. */
const cannotTell = 2;

interface VerifyOptions {
  readonly config: string;
  /** True: given without a number. */
  readonly last?: string | true;
  readonly from?: string;
  readonly to?: string;
  readonly bundle?: string;
  readonly json: boolean;
}

/** `understudy verify LANE [START]`. It takes the place of this process, so its exit code is the command's. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description(
      'compute windows again from the log, and say whether they are what was published; exit code 0: the same, 1: one differs, 2: it can not be told',
    )
    .addArgument(new Argument('[lane]', 'experiment.shadow.run'))
    .addArgument(new Argument('[start]', 'start of the window, such as 2026-01-31T12:00:00Z'))
    .addOption(
      new Option('--last [count]', 'the newest windows instead, by default one').conflicts(['from', 'to']),
    )
    .addOption(new Option('--from <time>', 'all windows from this time on instead'))
    .addOption(new Option('--to <time>', 'and before this one'))
    .addOption(
      new Option(
        '--bundle <file>',
        'check what understudy evidence wrote instead, without the log',
      ).conflicts(['last', 'from', 'to']),
    )
    .option('--json', 'print one JSON document', false)
    .addOption(new Option('--config <file>', 'the configuration file').default('understudy.yaml'))
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : cannotTell))
    .action(
      (lane: string | undefined, start: string | undefined, options: VerifyOptions, command: Command) => {
        try {
          if (options.bundle !== undefined) becomeProcess([bundleMain, options.bundle], process.env);
          else if (lane === undefined)
            command.error('Say which lane: experiment.shadow.run, or --bundle and a file.');
          else becomeVerify(lane, start, options);
        } catch (error) {
          if (!(error instanceof ConfigError) && !(error instanceof UserError)) throw error;
          command.error(error.message);
        }
      },
    );
}

function becomeVerify(lane: string, start: string | undefined, options: VerifyOptions): void {
  const { env } = withLocalAddresses(readConfigSource({ file: options.config, env: process.env }));
  becomeProcess([verifyMain, ...verifyArguments(lane, start, options)], env);
}

/** As the comparator takes them. */
function verifyArguments(
  lane: string,
  start: string | undefined,
  { config, last, from, to, json }: VerifyOptions,
): readonly string[] {
  const flags: Readonly<Record<string, string | undefined>> = {
    '--config': config,
    '--lane': lane,
    '--at': start,
    '--last': last === true ? '1' : last,
    '--from': from,
    '--to': to,
  };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  return json ? [...given, '--json'] : given;
}
