import type { DayUnits, Divergence, KeyedUnits, RuleState, SegmentSums } from '@understudy/schemas-avro';
import type { FindingsSettings } from './findings-settings.ts';
import { segmentKey } from './segment-key.ts';

/** What a lane has found since its run, or what its agreement means, began. All of it stands in each window's records. */
export interface RunningState {
  /** Of the revisions under which was counted: another one's windows begin anew. Null before a window. */
  readonly comparingHash: string | null;
  /** Start of the first window counted; null before there is one. */
  readonly since: number | null;
  /** End of the newest window counted; null before there is one. */
  readonly until: number | null;
  /**
   * All sampled requests from here on are in the sums, so their corrections can be, too: start of the first window
   * counted, or end of the last one that was left out; null before there is one.
   */
  readonly correctionsFrom: number | null;
  /** End of the last window in which something was sampled; null before there is one. */
  readonly lastWindowEnd: number | null;
  /** By {@link segmentKey}. */
  readonly sums: ReadonlyMap<string, SegmentSums>;
  /** The same requests by unit. By {@link segmentKey}. */
  readonly units: ReadonlyMap<string, KeyedUnits>;
  /** Finished units of the whole lane by day. */
  readonly days: readonly DayUnits[];
  /** Quarters of weekdays in which something was compared, a bit each. */
  readonly cells: number;
  /** Of every alert rule. */
  readonly alerts: readonly RuleState[];
}

export const nothingFound: RunningState = {
  comparingHash: null,
  since: null,
  until: null,
  correctionsFrom: null,
  lastWindowEnd: null,
  sums: new Map(),
  units: new Map(),
  days: [],
  cells: 0,
  alerts: [],
};

/** Sums of another comparison, margin or segments are left behind; what fires still does. */
export function continued(before: RunningState, { comparingHash }: FindingsSettings): RunningState {
  if (before.comparingHash === comparingHash) return before;
  const { lastWindowEnd, alerts } = before;
  return { ...nothingFound, lastWindowEnd, alerts };
}

/**
 * The state after the window that the records are of.
 *
 * @param settings - of that window: sums of a config that is not in the log, as from before there were revisions, are left
 *   behind
 */
export function stateFrom(
  records: readonly Divergence[],
  settings: Pick<FindingsSettings, 'configHash' | 'comparingHash'>,
): RunningState {
  const lane = records[0];
  if (lane === undefined) return nothingFound;
  const { windowEnd: lastWindowEnd, alerts } = lane;
  // Sums without units were written by a version that counted none: units begin with their sums, or not at all.
  const isOther = lane.running.configHash !== settings.configHash || lane.running.units === null;
  if (isOther) return { ...nothingFound, lastWindowEnd, alerts };
  const { comparingHash } = settings;
  const { since, until, correctionsFrom, days, cells } = lane.running;
  return {
    comparingHash,
    since,
    until,
    correctionsFrom: correctionsFrom ?? since,
    lastWindowEnd,
    sums: new Map(records.map(({ segment, running }) => [segmentKey(segment), running.sums])),
    units: new Map(
      records.flatMap(({ segment, running }) =>
        running.units === null ? [] : [[segmentKey(segment), running.units] as const],
      ),
    ),
    days,
    cells,
    alerts,
  };
}
