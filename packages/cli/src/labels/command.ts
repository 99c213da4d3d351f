import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseConfig, readConfigSource } from '@understudy/config';
import { openStreams, StreamsError } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Command } from 'commander';
import { printable } from '../printable.ts';
import { withLocalAddresses } from '../up/local-addresses.ts';
import { UserError } from '../user-error.ts';
import { sendLabels } from './send-labels.ts';

interface Flags {
  readonly config: string;
  readonly experiment?: string;
}

/** Problems shown one by one; the others are only counted. */
const maxShown = 20;

/** `understudy labels`. */
export function labelsCommand(): Command {
  return new Command('labels')
    .description('what the answers should have been')
    .addCommand(
      new Command('send')
        .description('send labels; the console then shows how often each model was right')
        .argument('<file>', 'lines of {"requestId","experiment","value"} or of id,value; - is standard input')
        .option('--config <file>', 'the configuration file', 'understudy.yaml')
        .option('--experiment <name>', 'the experiment of lines that name none')
        .action(send),
    );
}

/** Exit code 1 if anything is left unsent; what was sent stays sent, and sending a label again does no harm. */
async function send(file: string, { config: path, experiment }: Flags): Promise<void> {
  const config = parseConfig(withLocalAddresses(readConfigSource({ file: path, env: process.env })));
  const logger = createLogger({ service: 'labels', level: 'warn' });
  const metrics = createMetrics({ service: 'labels' });
  try {
    const streams = await openStreams({ config, service: 'labels', logger, metrics });
    try {
      const { sent, problems } = await sendLabels({
        config,
        streams,
        lines: linesOf(file),
        experiment: experiment ?? null,
        onProblem: reportFirst(maxShown),
        onProgress: (soFar) => void process.stderr.write(`${soFar.toLocaleString('en')} sent\n`),
      });
      process.stdout.write(`${JSON.stringify({ sent, problems })}\n`);
      if (problems > 0) process.exitCode = 1;
    } finally {
      await streams.close();
    }
  } catch (error) {
    if (error instanceof StreamsError) throw new UserError(error.message, { cause: error });
    throw error;
  }
}

/**
 * Opened when the first line is asked for: readline drops what nobody listens to yet, lines and errors alike.
 *
 * @throws UserError if the file can't be read
 */
async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file} can't be read (${reason}): name a file of labels, or - for standard input`, {
      cause: error,
    });
  }
}

function reportFirst(most: number): (line: number, problem: string) => void {
  let reported = 0;
  return (line, problem) => {
    reported += 1;
    if (reported <= most) process.stderr.write(`line ${line}: ${printable(problem)}\n`);
    else if (reported === most + 1) process.stderr.write('further problems are only counted\n');
  };
}
