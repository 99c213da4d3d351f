/**
 * What a lane is watched for: the closed list, in the order in which pages show it. All but `stalled` are judged by
 * the log's time, window by window; `stalled` by the wall clock, for a lane whose time stands still closes no window.
 */
export const alertRules = [
  'divergence-high',
  'divergence-low',
  'shadow-errors',
  'shadow-latency',
  'shadow-silent',
  'ledger',
  'stalled',
] as const;

export type AlertRule = (typeof alertRules)[number];
