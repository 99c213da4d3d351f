// Plain JavaScript, so that bin/ can use it on the machine's own Node before anything is installed.
import { basename } from 'node:path';
import { lookUpProcess } from './process-table.js';

const TICK_MS = 250;
const GRACE_MS = 10_000;
const EXIT_CODE = 129; // as after a hang-up
const SHELLS = new Set(['sh', 'dash', 'bash', 'zsh', 'ash', 'ksh', 'busybox']);

/**
 * Calls `onGone` once when whoever started this process is gone: its parent (the parent's pid changes), the owner of the ProcessGroup that started it
 * (UNDERSTUDY_PARENT_PID), or, where the parent is only a `sh -c` in between, the process behind that. The last one matters for npm: it starts scripts through a
 * shell, and a killed npm leaves that shell and its child alive.
 *
 * Does not keep the process alive. Returns a function that ends the watch.
 */
export function watchParent(onGone) {
  const parentPid = process.ppid;
  const starterPid = Number(process.env['UNDERSTUDY_PARENT_PID'] ?? parentPid);
  const starter = lookUpProcess(starterPid);
  const watched = [...launchers(parentPid), ...(starter === null ? [] : [starter])];
  const wasBornOrphan = starterPid !== parentPid && starter === null;
  const isGone = () =>
    wasBornOrphan ||
    process.ppid !== parentPid ||
    watched.some((row) => lookUpProcess(row.pid)?.startedAt !== row.startedAt);
  const timer = setInterval(() => {
    if (!isGone()) return;
    clearInterval(timer);
    onGone();
  }, TICK_MS);
  timer.unref();
  return () => clearInterval(timer);
}

/** The parent, and as long as that is a `sh -c`, its parent. */
function launchers(parentPid) {
  const rows = [];
  let row = lookUpProcess(parentPid);
  while (row !== null) {
    rows.push(row);
    row = isShellInBetween(row) ? lookUpProcess(row.parentPid) : null;
  }
  return rows;
}

function isShellInBetween(row) {
  return SHELLS.has(basename(row.commandLine[0] ?? '')) && row.commandLine.slice(1, 3).includes('-c');
}

/**
 * For services: when whoever started this process is gone, calls `onGone` once (close what is open), then exits with code 129, after 10 s at the latest.
 * Returns a function that ends the watch.
 */
export function exitWhenParentIsGone(onGone = () => {}) {
  return watchParent(() => {
    setTimeout(() => process.exit(EXIT_CODE), GRACE_MS);
    Promise.resolve()
      .then(onGone)
      .then(
        () => process.exit(EXIT_CODE),
        (error) => {
          process.stderr.write(`closing after the parent was gone failed: ${error?.stack ?? error}\n`);
          process.exit(1);
        },
      );
  });
}
