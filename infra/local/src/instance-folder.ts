import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lookUpProcess } from './process-table.js';
import { waitUntil } from './wait.ts';

/** What names one process for ever: its pid may be given out again, its start time is not. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
}

/** Who started what. Written before the instance's folder exists and removed after it, so that no folder is ever without one. */
interface Ledger {
  readonly owner: ProcessRecord;
  readonly processes: readonly ProcessRecord[];
}

const KILLED_WITHIN_MS = 10_000;
let instancesOfThisProcess = 0;

/**
 * One instance under the data folder: `instances/ID/` with its logs and data, and `instances/ID.json`, the list of its processes.
 * All writes are synchronous: a kill -9 of the owner right after a start must find the started process on the list.
 */
export class InstanceFolder {
  readonly path: string;
  readonly #ledgerFile: string;
  readonly #owner: ProcessRecord;
  #processes: readonly ProcessRecord[] = [];
  #isDeleted = false;

  constructor(home: string) {
    instancesOfThisProcess += 1;
    const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
    this.path = join(home, 'instances', `${time}-${process.pid}-${instancesOfThisProcess}`);
    this.#ledgerFile = `${this.path}.json`;
    this.#owner = recordOf('owner', process.pid);
    this.#write();
    mkdirSync(this.path);
  }

  add(name: string, pid: number): void {
    this.#processes = [...this.#processes, recordOf(name, pid)];
    this.#write();
  }

  remove(pid: number): void {
    this.#processes = this.#processes.filter((record) => record.pid !== pid);
    this.#write();
  }

  /** Removes the folder and its ledger. */
  delete(): void {
    this.#isDeleted = true;
    rmSync(this.path, { recursive: true, force: true, maxRetries: 5 });
    rmSync(this.#ledgerFile, { force: true });
  }

  #write(): void {
    if (this.#isDeleted) return;
    mkdirSync(dirname(this.#ledgerFile), { recursive: true });
    const ledger: Ledger = { owner: this.#owner, processes: this.#processes };
    writeFileSync(`${this.#ledgerFile}.new`, JSON.stringify(ledger));
    renameSync(`${this.#ledgerFile}.new`, this.#ledgerFile);
  }
}

/**
 * Ends the processes and removes the folders of instances whose owner is gone (a kill -9, a crash). Only processes with the recorded pid *and* start time are
 * touched. Returns what was ended. Throws when one doesn't end within 10 s of SIGKILL.
 */
export async function cleanUpLeftovers(home: string): Promise<readonly ProcessRecord[]> {
  const ended: ProcessRecord[] = [];
  for (const ledgerFile of ledgerFiles(home)) {
    const ledger = readLedger(ledgerFile);
    if (ledger === null || isRunning(ledger.owner)) continue;
    const leftovers = ledger.processes.filter(isRunning);
    for (const record of leftovers) await end(record);
    ended.push(...leftovers);
    rmSync(ledgerFile.replace(/\.json$/, ''), { recursive: true, force: true, maxRetries: 5 });
    rmSync(ledgerFile, { force: true });
  }
  return ended;
}

/** True while exactly this process runs, not another one that was given its pid. */
export function isRunning(record: ProcessRecord): boolean {
  return lookUpProcess(record.pid)?.startedAt === record.startedAt;
}

/** Names a running process by pid and start time; the start time of one that has just ended is empty and matches none. */
export function recordOf(name: string, pid: number): ProcessRecord {
  return { name, pid, startedAt: lookUpProcess(pid)?.startedAt ?? '' };
}

/** Sends a signal to a process and everything it started; nothing happens when it is gone already. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // macOS says EPERM of a group that consists of ended processes only.
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error;
  }
}

async function end(record: ProcessRecord): Promise<void> {
  signalGroup(record.pid, 'SIGKILL');
  const isGone = await waitUntil(() => !isRunning(record), { withinMs: KILLED_WITHIN_MS });
  if (!isGone)
    throw new Error(`${record.name} (pid ${record.pid}) of an earlier start does not end: end it by hand`);
}

function ledgerFiles(home: string): readonly string[] {
  const folder = join(home, 'instances');
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Null when another start has removed it meanwhile. */
function readLedger(file: string): Ledger | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Ledger;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(
      `${file} is not readable as a list of processes: end what it names by hand, then remove it`,
      {
        cause: error,
      },
    );
  }
}
