import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { ConfigError, loadConfig } from '@understudy/config';
import { openStreams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { Command } from 'commander';
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
        .option('-c, --config <path>', 'the configuration file', 'understudy.yaml')
        .option('-e, --experiment <name>', 'the experiment of lines that name none')
        .action(send),
    );
}

/** Exit code 1 if anything is left unsent; what was sent stays sent, and sending a label again does no harm. */
async function send(file: string, { config: path, experiment }: Flags, command: Command): Promise<void> {
  try {
    const config = loadConfig({ file: path, env: process.env });
    const logger = createLogger({ service: 'cli', level: 'error' });
    const metrics = createMetrics({ service: 'cli' });
    const streams = await openStreams({ config, service: 'cli', logger, metrics });
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
    command.error(messageOf(error));
  }
}

/** Opened when the first line is asked for: readline drops what nobody listens to yet, lines and errors alike. */
async function* linesOf(file: string): AsyncGenerator<string> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  yield* createInterface({ input, crlfDelay: Infinity });
}

function reportFirst(most: number): (line: number, problem: string) => void {
  let reported = 0;
  return (line, problem) => {
    reported += 1;
    if (reported <= most) process.stderr.write(`line ${line}: ${problem}\n`);
    else if (reported === most + 1) process.stderr.write('further problems are only counted\n');
  };
}

function messageOf(error: unknown): string {
  if (error instanceof ConfigError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `${String(error)}: name a file of labels, or - for standard input`;
  return error instanceof Error ? error.message : String(error);
}
