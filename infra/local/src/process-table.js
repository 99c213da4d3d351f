// Plain JavaScript, so that bin/ can use it on the machine's own Node before anything is installed.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Looks a process up in the machine's table: null if it is not there. A zombie (ended, not yet collected by its parent) counts as not there.
 *
 * `startedAt` identifies the process together with its pid: a pid is given out again, a start time is not.
 */
export function lookUpProcess(pid) {
  return process.platform === 'linux' ? fromProc(pid) : fromPs(pid);
}

function fromProc(pid) {
  const stat = readOrNull(`/proc/${pid}/stat`);
  const commandLine = readOrNull(`/proc/${pid}/cmdline`);
  if (stat === null || commandLine === null) return null;
  // proc(5): the second field is the name in brackets and may hold anything, so count from the last bracket: 3 state, 4 parent, 22 start time in ticks since boot.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (fields[0] === 'Z' || fields[0] === 'X') return null;
  return {
    pid,
    parentPid: Number(fields[1]),
    startedAt: `${bootId()}:${fields[19]}`,
    commandLine: commandLine.split('\0').filter((argument) => argument !== ''),
  };
}

/** Ticks since boot repeat after the next boot, the boot's id does not. */
function bootId() {
  return (readOrNull('/proc/sys/kernel/random/boot_id') ?? '').trim();
}

function readOrNull(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function fromPs(pid) {
  let row;
  try {
    row = execFileSync(
      'ps',
      ['-o', 'ppid=', '-o', 'stat=', '-o', 'lstart=', '-o', 'args=', '-p', String(pid)],
      {
        encoding: 'utf8',
        env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'pipe', 'ignore'],
        timeout: 5_000,
      },
    );
  } catch {
    return null;
  }
  const match = /^\s*(\d+)\s+(\S+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/m.exec(row);
  if (match === null || match[2].startsWith('Z')) return null;
  return { pid, parentPid: Number(match[1]), startedAt: match[3], commandLine: match[4].split(' ') };
}
