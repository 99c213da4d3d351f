import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';
import type { Config } from '@understudy/config';

const limitMs = 60_000;

/** The commands that a page tells its readers to type (its blocks marked `sh`), for a Kafka and topics of one's own. */
export function commandsOf(page: string, { kafka }: Pick<Config, 'kafka'>): readonly string[] {
  const text = readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8');
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, command = '']) =>
    command
      .replaceAll('127.0.0.1:9092', kafka.brokers.join(','))
      .replaceAll(/\bunderstudy\.(?=[a-z])/g, kafka.prefix),
  );
}

/** Runs a command to its end, and gives what it printed. */
export async function runCommand(command: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-ec', command], {
    timeout: limitMs,
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

/** Runs a command until the test is over. @returns the lines that it has printed so far */
export function follow(t: TestContext, command: string): readonly string[] {
  const child = spawn('bash', ['-ec', `exec ${command}`], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  return lines;
}

/** Rejects, with how to get it, if kcat is missing. */
export async function requireKcat(): Promise<void> {
  await promisify(execFile)('kcat', ['-V']).catch((error: unknown) => {
    throw new Error('kcat is missing: apt-get install kcat, or brew install kcat', { cause: error });
  });
}
