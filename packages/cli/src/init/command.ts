import { Command, Option } from 'commander';
import { printable } from '../printable.ts';
import { runInit } from './run-init.ts';

interface Flags {
  readonly production: string;
  readonly shadow: string;
  readonly example: string;
  readonly path?: string;
  readonly method: string;
  readonly name?: string;
  readonly output: string;
  readonly force: boolean;
}

/** Methods that carry the example as their body. */
const methods = ['POST', 'PUT', 'PATCH'];

/** `understudy init`. */
export function initCommand(): Command {
  return new Command('init')
    .description('write a config for two models, after asking both the same thing')
    .requiredOption('--production <url>', 'the model that answers users')
    .requiredOption('--shadow <url>', 'the model that is to be compared with it; it is really called')
    .requiredOption('--example <file>', 'the body of one request, JSON')
    .option('--path <path>', 'where both answer (default: the path of the two addresses)')
    .addOption(new Option('--method <method>', 'of the requests').choices(methods).default('POST'))
    .option('--name <name>', 'of the experiment (default: after the path)')
    .option('--output <file>', 'the file to write', 'understudy.yaml')
    .option('--force', 'write over a file that is there', false)
    .action(async ({ example, path, name, output, ...same }: Flags) => {
      const said = await runInit({
        ...same,
        exampleFile: example,
        path: path ?? null,
        name: name ?? null,
        outputFile: output,
      });
      process.stdout.write(`${printable(said, { keepLines: true })}\n`);
    });
}
