import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isRunning, recordOf } from './instance-folder.ts';
import type { ProcessRecord } from './instance-folder.ts';
import { waitUntil } from './wait.ts';

/**
 * Does `work` while no other process does work under the same lock file. The lock of a process that is gone is taken over. Two that take over at the very same moment
 * may both get it: it saves double work, it does not protect data.
 *
 * Calls `onWait` once if it has to wait; throws after `withinMs` of waiting.
 */
export async function withFileLock<T>(
  file: string,
  { withinMs, onWait }: { readonly withinMs: number; readonly onWait: () => void },
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  if (!tryLock(file)) {
    onWait();
    const isLocked = await waitUntil(() => tryLock(file), { withinMs, everyMs: 200 });
    if (!isLocked)
      throw new Error(
        `${file} has been locked for ${withinMs / 1000} s: remove it if nothing else is starting`,
      );
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

function tryLock(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify(recordOf('lock', process.pid)), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const holder = readHolder(file);
  if (holder !== null && !isRunning(holder)) rmSync(file, { force: true });
  return false;
}

/** Null if the lock is being written or removed right now. */
function readHolder(file: string): ProcessRecord | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as ProcessRecord;
  } catch {
    return null;
  }
}
