const everyMs = 250;

/**
 * Calls `onGone` once when the process that started this one as a child of its own is gone; it says who it is in
 * UNDERSTUDY_PARENT_PID. Without that variable a service outlives whoever started it, as services do.
 */
export function watchParent(onGone: () => void): void {
  const pid = Number(process.env['UNDERSTUDY_PARENT_PID'] ?? Number.NaN);
  if (!Number.isInteger(pid)) return;
  const timer = setInterval(() => {
    if (isAlive(pid)) return;
    clearInterval(timer);
    onGone();
  }, everyMs);
  timer.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
