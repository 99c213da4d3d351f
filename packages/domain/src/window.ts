/**
 * A window is a tumbling interval of the log's time, `[start, start + width)`, in milliseconds since the epoch.
 * Windows are aligned to the epoch, so every process finds the same boundaries without asking anyone.
 */

/** The start of the window that holds `timeMs`. */
export function windowStart(timeMs: number, widthMs: number): number {
  return Math.floor(timeMs / widthMs) * widthMs;
}

/** The first window boundary at or after `timeMs`. */
export function nextBoundary(timeMs: number, widthMs: number): number {
  return Math.ceil(timeMs / widthMs) * widthMs;
}
