import type {
  Alert,
  Divergence,
  Interval,
  LatencyBins,
  LatencyQuantiles,
  Segment,
  SegmentSums,
  WindowPart,
} from '@understudy/schemas-avro';
import { QuantileSketch, wilsonInterval } from '@understudy/statistics';
import { watchWindow } from './alerts/watch-lane.ts';
import { mergeDigests } from './digest.ts';
import { statisticsOf } from './kind-sums/statistics/statistics-of.ts';
import type { CompleteWindow } from './merger.ts';
import type { FindingsSettings } from './findings-settings.ts';
import { continued, type RunningState } from './running-state.ts';
import { segmentKey } from './segment-key.ts';
import { allSegments } from './segments.ts';
import { Sums } from './sums.ts';
import { nothingKeyed, unitsOf } from './units/keyed-units.ts';
import { nextLaneUnits } from './units/next-lane-units.ts';
import { laneFacts } from './verdict/lane-facts.ts';
import { agreementOf, verdictOf } from './verdict/verdict.ts';

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
  const { fresh, ...laneUnits } = isLeftOut
    ? { units: before.units, days: before.days, cells: before.cells, fresh: [] }
    : nextLaneUnits(before, { ...window, segments: segments.map(segmentKey) });
  const watched = isLeftOut
    ? { states: before.alerts, alerts: [] }
    : watchWindow(settings.watch, before.alerts, {
        windowStart: window.windowStart,
        windowEnd: window.windowEnd,
        sums: inWindow.get(lane) ?? new Sums().toRecord(null),
        running: sums.get(lane) ?? new Sums().toRecord(null),
        fresh,
      });
  const state: RunningState = {
    comparingHash: settings.comparingHash,
    since: before.since ?? (isLeftOut ? null : window.windowStart),
    until: isLeftOut ? before.until : window.windowEnd,
    correctionsFrom,
    lastWindowEnd: window.windowEnd,
    sums,
    ...laneUnits,
    alerts: watched.states,
  };
  const records = segments.map((segment) =>
    record({ settings, before, window, isMixed, segment, inWindow, state }),
  );
  return { records, alerts: watched.alerts, state };
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
  const units = state.units.get(key) ?? nothingKeyed;
  const margin = marginOf(experiment, segment);
  const agreement = agreementOf(unitsOf(units), confidence);
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
      notComparable: sums.notComparable,
    },
    running: {
      since: state.since,
      until: state.until,
      correctionsFrom: state.correctionsFrom,
      configHash,
      sums: running,
      units,
      agreement,
      margin,
      flagged: agreement.upper !== null && agreement.upper < margin,
      days: segment === null ? state.days : [],
      cells: segment === null ? state.cells : 0,
    },
    verdict: segment === null ? verdictOf(laneFacts(experiment, state)) : null,
    receipt: segment === null ? receipt(window.parts, settings) : null,
    alerts: segment === null ? state.alerts : [],
    statistics: statisticsOf(running, confidence),
  };
}

function marginOf({ segments, verdict }: FindingsSettings['experiment'], segment: Segment | null): number {
  const declared = segments.find(({ name }) => name === segment?.field);
  return declared?.margin ?? verdict.agreement.margin;
}

function withoutMargin({ field, value }: Segment): Segment {
  return { field, value };
}

function sumOver(parts: readonly WindowPart[], segment: Segment | null): SegmentSums {
  const sums = new Sums(segment === null ? 'lane' : 'segment');
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
      const sums = new Sums(added.segment === null ? 'lane' : 'segment');
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
