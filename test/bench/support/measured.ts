import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ManagedProcess, ProcessGroup } from '@understudy/infra-local';

const ticksPerSecond = 100;
const ownCheckout = fileURLToPath(new URL('../../../', import.meta.url));

export interface MeasuredServiceOptions {
  /** Its config file. */
  readonly config: string;
  /** The root of the checkout whose code it runs. Default: this one's. */
  readonly checkout?: string;
  /** Default 60,000. */
  readonly readyWithinMs?: number;
}

/** A service of ours in a process of its own, as soon as it says that it is up. */
export async function startService(
  processes: ProcessGroup,
  name: 'comparator' | 'shadow-invoker',
  { config, checkout = ownCheckout, readyWithinMs = 60_000 }: MeasuredServiceOptions,
): Promise<ManagedProcess> {
  return processes.spawn({
    name,
    command: process.execPath,
    args: [join(checkout, `services/${name}/src/main.ts`), '--config', config],
    logFile: join(processes.folder, `${name}.log`),
    readyLine: /"service":"[a-z-]+","address"/,
    readyWithinMs,
  });
}

/** User and system time of a process so far (Linux only). */
export function cpuSeconds({ pid }: ManagedProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory: `VmRSS` now, `VmHWM` at its highest (Linux only). */
export function residentMiB({ pid }: ManagedProcess, which: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(new RegExp(`${which}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024);
}

/** Sockets that a process has open (Linux only). */
export function socketsOf({ pid }: ManagedProcess): number {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).filter((fd) => readLink(`${folder}/${fd}`).startsWith('socket:')).length;
}

/** Empty for one that was closed meanwhile. */
function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

export function report(text: string): void {
  process.stderr.write(`${text}\n`);
}
