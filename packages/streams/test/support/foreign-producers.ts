import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { dataFolder } from '@understudy/infra-local';

interface Destination {
  readonly broker: string;
  readonly topic: string;
  readonly codec: string;
}

export interface ForeignWrite extends Destination {
  /** One record each. */
  readonly lines: readonly string[];
}

const limitMs = 60_000;

/** Writes with librdkafka, to partition 0. */
export function writeByKcat({ lines, ...to }: ForeignWrite): Promise<void> {
  return feed('kcat', [...kcatArguments(to), '-X', 'linger.ms=100'], lines);
}

/** Writes all lines as records of one batch with librdkafka, to partition 0. */
export function writeOneBatchByKcat({ lines, ...to }: ForeignWrite): Promise<void> {
  const untilFlushed = ['linger.ms=60000', 'batch.size=100000000', `batch.num.messages=${lines.length}`];
  const room = [`queue.buffering.max.messages=${lines.length}`, 'message.max.bytes=100000000'];
  return feed(
    'kcat',
    [...kcatArguments(to), ...[...untilFlushed, ...room].flatMap((set) => ['-X', set])],
    lines,
  );
}

/** Writes one record of up to 100 MB with librdkafka, to partition 0. */
export async function writeLargeByKcat({ value, ...to }: Destination & { value: string }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-kcat-'));
  const file = join(folder, 'value');
  try {
    await writeFile(file, value);
    await feed('kcat', [...kcatArguments(to), '-X', 'message.max.bytes=100000000', file], []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function kcatArguments({ broker, topic, codec }: Destination): string[] {
  return ['-P', '-b', broker, '-t', topic, '-p', '0', '-z', codec];
}

/** Writes with Java's client: Kafka's own console producer. */
export function writeByJava({ broker, topic, codec, lines }: ForeignWrite): Promise<void> {
  const [jars = ''] = globSync(join(dataFolder(), 'dist', '*', 'kafka'));
  const java = ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', join(jars, '*')];
  const producer = ['org.apache.kafka.tools.ConsoleProducer', '--bootstrap-server', broker, '--topic', topic];
  const batches = ['--compression-codec', codec, '--batch-size', '500000', '--timeout', '100'];
  return feed('java', [...java, ...producer, ...batches], lines);
}

async function feed(command: string, args: readonly string[], lines: readonly string[]): Promise<void> {
  const child = spawn(command, args, { stdio: ['pipe', 'ignore', 'pipe'], timeout: limitMs });
  const errors: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
  const exit = once(child, 'close');
  child.stdin.end(lines.map((line) => `${line}\n`).join(''));
  await Promise.all([finished(child.stdin), exit]);
  if (child.exitCode !== 0)
    throw new Error(`${command} ended with ${String(child.exitCode)}: ${errors.join('')}`);
}
