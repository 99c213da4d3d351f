import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RestartableProcess } from '@understudy/infra-local';
import { waitFor } from '../support/wait-for.ts';

/**
 * No file of the broker may grow any more, so that it fails to write as where the disk is full; until its next start.
 * Resolves when it has given up, as a broker does that has no other disk.
 */
export async function fillDisk(broker: RestartableProcess): Promise<void> {
  const { pid } = broker;
  await promisify(execFile)('prlimit', [`--pid=${pid}`, '--fsize=1']);
  await waitFor(() => !isAlive(pid), { what: 'the broker to give up', timeoutMs: 60_000 });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
