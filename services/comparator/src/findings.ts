import type { ExperimentConfig } from '@understudy/config';
import type {
  Alert,
  Divergence,
  Interval,
  LatencyBins,
  LatencyQuantiles,
  RuleState,
  Segment,
  SegmentSums,
  WindowPart,
} from '@understudy/schemas-avro';
import { QuantileSketch, wilsonInterval } from '@understudy/statistics';
import { type LaneWatch, watchWindow } from './alerts/watch-lane.ts';
import { mergeDigests } from './digest.ts';
import type { CompleteWindow } from './merger.ts';
import { allSegments } from './segments.ts';
import { Sums } from './sums.ts';
import { agreementOf, verdictOf } from './verdict.ts';
import { segmentKey } from './window-builder.ts';

/** What a lane has found since its run, or what its agreement means, began. All of it stands in each window's records. */
export interface RunningState {
  /** Of the revisions under which was counted: another one's windows begin anew. Null before a window. */
  readonly comparingHash: string | null;
  /** Start of the first window counted; null before there is one. */
  readonly since: number | null;
  /**
   * All sampled requests from here on are in the sums, so their corrections can be, too: start of the first window
   * counted, or end of the last one that was left out; null before there is one.
   */
  readonly correctionsFrom: number | null;
  /** End of the last window in which something was sampled; null before there is one. */
  readonly lastWindowEnd: number | null;
  /** By {@link segmentKey}. */
  readonly sums: ReadonlyMap<string, SegmentSums>;
  /** Of every alert rule. */
  readonly alerts: readonly RuleState[];
}

export const nothingFound: RunningState = {
  comparingHash: null,
  since: null,
  correctionsFrom: null,
  lastWindowEnd: null,
  sums: new Map(),
  alerts: [],
};

/** What a window is judged by: the same for all of one revision. */
export interface FindingsSettings {
  readonly lane: string;
  readonly experiment: ExperimentConfig;
  /** The experiment's revision. */
  readonly revision: number;
  readonly watch: LaneWatch;
  readonly configHash: string;
  readonly comparingHash: string;
  /** Of the rules that `watch` has. */
  readonly alertsHash: string;
  readonly comparatorVersion: string;
  /** Start of the run, ms since the epoch. */
  readonly runStart: number;
}

/** The divergence records of one complete window, the whole lane's first, the alerts it changes, and the state after it. */
export function findingsOf(
  settings: FindingsSettings,
  stateBefore: RunningState,
  window: CompleteWindow,
): {
  readonly records: readonly Divergence[];
  readonly alerts: readonly Alert[];
  readonly state: RunningState;
} {
  const before = continued(stateBefore, settings);
  const isMixed = window.parts.some((part) => part.configHash !== settings.configHash);
  // What disagreeing parts say together is nobody's finding, and what only some partitions say is not the lane's.
  const isLeftOut = isMixed || window.coverage !== null;
  const segments: readonly (Segment | null)[] = [
    null,
    ...allSegments(settings.experiment.segments).map(withoutMargin),
  ];
  const inWindow = new Map(segments.map((segment) => [segmentKey(segment), sumOver(window.parts, segment)]));
  const lane = segmentKey(null);
  const correctionsFrom = isLeftOut ? window.windowEnd : (before.correctionsFrom ?? window.windowStart);
  // Of a request that is not in the running ledger, the correction can't be: it would have nothing to correct.
  const areTheirs = (inWindow.get(lane)?.corrections.earliest ?? Infinity) >= correctionsFrom;
  const counted = areTheirs
    ? inWindow
    : new Map([...inWindow].map(([key, sums]) => [key, uncorrected(sums)]));
  const sums = isLeftOut ? before.sums : addUp(before.sums, counted);
  const watched = isLeftOut
    ? { states: before.alerts, alerts: [] }
    : watchWindow(settings.watch, before.alerts, {
        windowStart: window.windowStart,
        windowEnd: window.windowEnd,
        sums: inWindow.get(lane) ?? new Sums().toRecord(null),
        running: sums.get(lane) ?? new Sums().toRecord(null),
      });
  const state: RunningState = {
    comparingHash: settings.comparingHash,
    since: before.since ?? (isLeftOut ? null : window.windowStart),
    correctionsFrom,
    lastWindowEnd: window.windowEnd,
    sums,
    alerts: watched.states,
  };
  const records = segments.map((segment) =>
    record({ settings, before, window, isMixed, segment, inWindow, state }),
  );
  return { records, alerts: watched.alerts, state };
}

/** Sums of another comparison, margin or segments are left behind; what fires still does. */
function continued(before: RunningState, { comparingHash }: FindingsSettings): RunningState {
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
export function stateFrom(records: readonly Divergence[], settings: FindingsSettings): RunningState {
  const lane = records[0];
  if (lane === undefined) return nothingFound;
  const { windowEnd: lastWindowEnd, alerts } = lane;
  if (lane.running.configHash !== settings.configHash) return { ...nothingFound, lastWindowEnd, alerts };
  const { comparingHash } = settings;
  const sums = new Map(records.map(({ segment, running }) => [segmentKey(segment), running.sums]));
  const { since, correctionsFrom } = lane.running;
  return { comparingHash, since, correctionsFrom: correctionsFrom ?? since, lastWindowEnd, sums, alerts };
}

interface ToRecord {
  readonly settings: FindingsSettings;
  readonly before: RunningState;
  readonly window: CompleteWindow;
  readonly isMixed: boolean;
  readonly segment: Segment | null;
  readonly inWindow: ReadonlyMap<string, SegmentSums>;
  readonly state: RunningState;
}

function record({ settings, before, window, isMixed, segment, inWindow, state }: ToRecord): Divergence {
  const { experiment, configHash } = settings;
  const { confidence } = experiment.verdict;
  const key = segmentKey(segment);
  const sums = inWindow.get(key) ?? new Sums().toRecord(segment);
  const running = state.sums.get(key) ?? new Sums().toRecord(segment);
  const margin = marginOf(experiment, segment);
  const agreement = agreementOf(running, confidence);
  const previousEnd = before.lastWindowEnd ?? settings.runStart;
  return {
    lane: settings.lane,
    segment,
    windowStart: window.windowStart,
    windowEnd: window.windowEnd,
    emptyWindowsBefore: (window.windowStart - previousEnd) / experiment.windowMs,
    configHash: isMixed ? null : configHash,
    coverage: window.coverage,
    window: {
      ledger: sums.ledger,
      agreed: sums.agreed,
      agreement: windowAgreement(sums, confidence),
      differences: sums.differences,
      productionLatency: quantiles(sums.productionLatency),
      shadowLatency: quantiles(sums.shadowLatency),
      recovered: sums.recovered,
      corrections: sums.corrections,
    },
    running: {
      since: state.since,
      correctionsFrom: state.correctionsFrom,
      configHash,
      sums: running,
      agreement,
      margin,
      flagged: agreement.upper !== null && agreement.upper < margin,
    },
    verdict: segment === null ? verdictOf({ sums: running, margin, confidence }) : null,
    receipt: segment === null ? receipt(window.parts, settings) : null,
    alerts: segment === null ? state.alerts : [],
  };
}

function marginOf(experiment: ExperimentConfig, segment: Segment | null): number {
  const declared = experiment.segments.find(({ name }) => name === segment?.field);
  return declared?.margin ?? experiment.verdict.agreement.margin;
}

function withoutMargin({ field, value }: Segment): Segment {
  return { field, value };
}

function sumOver(parts: readonly WindowPart[], segment: Segment | null): SegmentSums {
  const sums = new Sums();
  const key = segmentKey(segment);
  for (const share of parts.flatMap((part) => part.segments))
    if (segmentKey(share.segment) === key) sums.add(share);
  return sums.toRecord(segment);
}

function uncorrected(sums: SegmentSums): SegmentSums {
  const { corrections } = new Sums().toRecord(sums.segment);
  return { ...sums, corrections };
}

function addUp(
  before: ReadonlyMap<string, SegmentSums>,
  window: ReadonlyMap<string, SegmentSums>,
): ReadonlyMap<string, SegmentSums> {
  return new Map(
    [...window].map(([key, added]) => {
      const sums = new Sums();
      const known = before.get(key);
      if (known !== undefined) sums.add(known);
      sums.add(added);
      return [key, sums.toRecord(added.segment)];
    }),
  );
}

function windowAgreement({ ledger: { compared }, agreed }: SegmentSums, confidence: number): Interval {
  const { lower, upper } = wilsonInterval({ successes: agreed, trials: compared, confidence });
  return { estimate: compared === 0 ? null : agreed / compared, lower, upper };
}

function quantiles(bins: LatencyBins): LatencyQuantiles {
  const sketch = QuantileSketch.fromBins(bins);
  return { p50: sketch.quantile(0.5), p95: sketch.quantile(0.95), p99: sketch.quantile(0.99) };
}

function receipt(
  parts: readonly WindowPart[],
  { comparatorVersion, alertsHash }: FindingsSettings,
): NonNullable<Divergence['receipt']> {
  return {
    offsets: parts.flatMap((part) => part.offsets),
    digest: parts.map((part) => part.digest).reduce(mergeDigests),
    comparatorVersion,
    keepHash: commonTo(parts.map(({ keepHash }) => keepHash)),
    alertsHash,
  };
}

/** Null where they disagree. */
function commonTo(hashes: readonly (string | null)[]): string | null {
  const [first = null] = hashes;
  return hashes.every((hash) => hash === first) ? first : null;
}
