import type { LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';

/**
 * Every alert that the windows say began or ended is in the alerts topic, once, and no other. (Whether a lane is
 * stalled the wall clock tells; windows don't know of it.)
 */
export function checkAlerts(findings: Findings, lane: LaneEvidence): void {
  const found = lane.alerts
    .flat()
    .flatMap(({ value }) => value ?? [])
    .filter(({ rule }) => rule !== 'stalled');
  findings.once(
    'C1',
    `${lane.name}: alert, state and window`,
    expectedAlerts(lane),
    found.map(({ identity, state, windowStart }) => `${identity} ${state} ${windowStart}`),
  );
}

/** What changes from window to window in what fires. */
export function expectedAlerts({ divergences }: LaneEvidence): readonly string[] {
  const windows = divergences
    .flat()
    .flatMap(({ value }) => value ?? [])
    .filter(({ segment }) => segment === null);
  let before: ReadonlySet<string> = new Set();
  return windows.flatMap(({ windowStart, alerts }) => {
    const now = new Set(alerts.flatMap(({ firing }) => firing?.identity ?? []));
    const changes = [
      ...[...now].filter((of) => !before.has(of)).map((identity) => `${identity} firing ${windowStart}`),
      ...[...before].filter((of) => !now.has(of)).map((identity) => `${identity} resolved ${windowStart}`),
    ];
    before = now;
    return changes;
  });
}
