/** What of kafkajs' request queue the guard touches. */
export interface RequestQueue {
  readonly pending: readonly unknown[];
  readonly throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
  scheduleCheckPendingRequests(): void;
}

const checkIntervalMs = 10;

/**
 * Sets the queue's timer only while a request is pending.
 *
 * The client sets it after every response and again whenever it fires: a timer loop of 1 ms on idle
 * connections, with a negative delay (Node warns: TimeoutNegativeWarning). Nothing is lost without it:
 * whatever becomes pending sets the timer itself.
 */
export function guardRequestQueueTimer(prototype: RequestQueue): void {
  prototype.scheduleCheckPendingRequests = function schedule(this: RequestQueue): void {
    if (this.throttleCheckTimeoutId !== null || this.pending.length === 0) return;
    const delayMs = Math.max(this.throttledUntil - Date.now(), checkIntervalMs);
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, delayMs);
  };
}
