import { ConfigError } from '@understudy/config';
import { Command } from 'commander';
import { getJson } from '../api.ts';
import { consoleFor } from '../console-address.ts';
import { UserError } from '../user-error.ts';
import { type NoiseReport, noiseText } from './noise-text.ts';

interface Flags {
  readonly baseline: string;
  readonly config: string;
  readonly console?: string;
  readonly json: boolean;
}

/** `understudy noise-floor LANE --baseline LANE` */
export function noiseFloorCommand(): Command {
  return new Command('noise-floor')
    .description(
      'say how much more a shadow differs from production than production differs from itself, and where',
    )
    .argument('<lane>', 'experiment.shadow.run')
    .requiredOption(
      '--baseline <lane>',
      'a lane of the same experiment whose shadow is a second instance of production',
    )
    .option('--json', 'print what the console answers', false)
    .option('--console <address>', 'the console, http://host:port; default: as the configuration says')
    .option('--config <file>', 'the configuration file', 'understudy.yaml')
    .action(async (lane: string, flags: Flags, command: Command) => {
      try {
        const report = await ask(lane, flags);
        process.stdout.write(flags.json ? `${JSON.stringify(report, null, 2)}\n` : noiseText(report));
      } catch (error) {
        if (!(error instanceof ConfigError) && !(error instanceof UserError)) throw error;
        command.error(error.message);
      }
    });
}

async function ask(lane: string, flags: Flags): Promise<NoiseReport> {
  const url = new URL(`/api/lanes/${encodeURIComponent(lane)}/noise-floor`, consoleFor(flags));
  url.searchParams.set('baseline', flags.baseline);
  try {
    return (await getJson(url.href)) as NoiseReport;
  } catch (error) {
    throw new UserError(error instanceof Error ? error.message : String(error));
  }
}
