import { parseArgs } from 'node:util';
import { type Config, ConfigError, loadConfig } from '@understudy/config';
import { createLogger, type Logger } from '@understudy/telemetry';

/** What a command of a service is run with. */
export interface CommandContext {
  readonly config: Config;
  readonly logger: Logger;
  /** What was given with the command, `--config` too. */
  readonly args: readonly string[];
}

export interface ServiceCommand {
  readonly name: string;
  /** Resolves to the exit code. What it throws with a code or a name of its own is told to the person, without a stack. */
  readonly run: (context: CommandContext) => Promise<number>;
}

const notDone = 2;

/**
 * Runs work of a service that ends by itself as this process: reads `--config` (default `understudy.yaml`), and exits with
 * the code that `run` resolves to, or 2 where it could not be done.
 */
export async function runCommand({ name, run }: ServiceCommand): Promise<void> {
  const args = process.argv.slice(2);
  try {
    const { values } = parseArgs({
      args,
      strict: false,
      options: { config: { type: 'string', default: 'understudy.yaml' } },
    });
    const config = loadConfig({ file: String(values.config), env: process.env });
    process.exitCode = await run({ config, logger: createLogger({ service: name, level: 'warn' }), args });
  } catch (error) {
    process.exitCode = notDone;
    process.stderr.write(`${told(error)}\n`);
  }
}

/** For a person first: only what nobody foresaw comes with its stack. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isForeseen = error instanceof ConfigError || 'code' in error || error.name !== 'Error';
  return isForeseen && !(error instanceof TypeError) ? error.message : (error.stack ?? error.message);
}
