import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface BareReadRange {
  readonly broker: string;
  readonly topic: string;
  readonly from: number;
  /** The log's end. */
  readonly until: number;
}

/** The values that a consumer of kafkajs without our guards gets of partition 0. */
export async function readBare({ broker, topic, from, until }: BareReadRange): Promise<string[]> {
  const script = fileURLToPath(new URL('bare-process.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [script, broker, topic, String(from), String(until)],
    { timeout: 20_000 },
  );
  return JSON.parse(stdout) as string[];
}
