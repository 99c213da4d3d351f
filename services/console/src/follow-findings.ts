import type { DuckDBConnection } from '@duckdb/node-api';
import type { Config } from '@understudy/config';
import { judgementOf, revisionOf } from '@understudy/domain';
import type { Comparison } from '@understudy/schemas-avro';
import { configuredLane, type IncomingRecord, type KafkaAdmin } from '@understudy/streams';
import { ComparisonFeed, type ComparisonFeedOptions } from './comparison-feed.ts';
import type { History } from './history.ts';
import type { LabelledExperiment } from './labels/judged-pairs.ts';
import type { LabelMetrics } from './labels/label-metrics.ts';
import { labelRows } from './labels/label-rows.ts';
import type { Labels } from './labels/labels.ts';
import type { Lanes } from './lanes.ts';
import { allReady, type Reading, startReading } from './reading.ts';
import type { Runs } from './runs.ts';
import { startPositions, type TopicRows } from './store/start-positions.ts';
import { pairsOf, type StoreRows } from './store/store-records.ts';
import type { StoreWriter } from './store/store-writer.ts';
import { worstKept } from './store/worst-kept.ts';
import { keptPerSegment, type WorstPairs } from './worst-pairs.ts';

/** What the console knows at once; all of it is bounded, and found again in the log or the store. */
export interface Findings {
  readonly runs: Runs;
  readonly lanes: Lanes;
  readonly history: History;
  readonly pairs: WorstPairs;
  readonly labels: Labels;
}

export interface FollowFindingsOptions extends Omit<ComparisonFeedOptions, 'begin' | 'onComparison'> {
  readonly config: Config;
  readonly admin: Pick<KafkaAdmin, 'bounds'>;
  /** What is read goes there. */
  readonly findings: Findings;
  readonly store: {
    readonly writer: StoreWriter;
    /** For questions at the beginning of a reading. */
    readonly connection: DuckDBConnection;
  };
  readonly experiments: ReadonlyMap<string, LabelledExperiment>;
  readonly labelMetrics: LabelMetrics;
}

/**
 * Reads runs, divergence and alerts from their start; labels, reviews, and the comparisons of the lanes that are shown, from
 * where the store is. Ready when all but comparisons were read to where they ended at the start: those hold every pair ever
 * compared, and a page is of use before.
 */
export function followFindings(options: FollowFindingsOptions): Reading {
  const { config, findings, store, ...reading } = options;
  const { runs, lanes, history, pairs, labels } = findings;
  const feed = new ComparisonFeed({
    ...reading,
    begin: async (lane, topic) => {
      for (const { comparison, judgement } of await worstKept(store.connection, lane, keptPerSegment))
        pairs.add(comparison, judgement);
      lanes.pairsChanged(lane);
      return positionsOf(options, topic, { table: 'pairs', lane });
    },
    onComparison: async (comparison, record) => {
      const judgement = judgementOf(record.headers);
      pairs.add(comparison, judgement);
      if (comparison.diverging !== null) lanes.pairsChanged(comparison.lane);
      await keep(store.writer, record, comparisonRows(comparison, judgement));
    },
  });
  runs.listen({
    onShown: (run) => {
      if (configuredLane(config, run.lane) === null) return;
      labels.follow(run.lane);
      feed.follow(run);
    },
    onHidden: (lane) => {
      feed.forget(lane);
      for (const each of [lanes, history, pairs, labels]) each.forget(lane);
    },
  });
  const readings = [...shownReadings(options), ...storedReadings(options)];
  return {
    ready: () => allReady(readings),
    close: async () => {
      await Promise.all([feed, ...readings].map((each) => each.close()));
    },
  };
}

/** Of what is shown as it comes. */
function shownReadings({ findings, ...reading }: FollowFindingsOptions): readonly Reading[] {
  const { runs, lanes, history } = findings;
  const { names } = reading;
  return [
    startReading({
      ...reading,
      topic: names.shared('runs'),
      name: 'run',
      onRecord: (run) => runs.add(run),
    }),
    startReading({
      ...reading,
      topic: names.shared('divergence'),
      name: 'divergence',
      onRecord: (divergence, { headers }) => {
        if (!runs.isShown(divergence.lane)) return;
        history.add(divergence);
        lanes.add(divergence, revisionOf(headers));
      },
    }),
    startReading({
      ...reading,
      topic: names.shared('alerts'),
      name: 'alert',
      onRecord: (alert) => {
        if (runs.isShown(alert.lane)) lanes.addAlert(alert);
      },
    }),
  ];
}

/** Of what goes to the store alone. */
function storedReadings(options: FollowFindingsOptions): readonly Reading[] {
  const { experiments, labelMetrics, store, ...reading } = options;
  const [labels, reviews] = [reading.names.shared('labels'), reading.names.shared('reviews')];
  return [
    startReading({
      ...reading,
      topic: labels,
      name: 'label',
      from: () => positionsOf(options, labels, { table: 'labels' }),
      onRecord: (label, record) => {
        const given = { logTime: record.timestampMs, experiments, metrics: labelMetrics };
        return keep(store.writer, record, labelRows(label, given));
      },
    }),
    startReading({
      ...reading,
      topic: reviews,
      name: 'review',
      from: () => positionsOf(options, reviews, { table: 'reviews' }),
      onRecord: (review, record) => keep(store.writer, record, { kind: 'review', review }),
    }),
  ];
}

/** From where the store reads a topic on, by partition. */
function positionsOf(
  { store, admin, logger }: FollowFindingsOptions,
  topic: string,
  rows: TopicRows,
): Promise<ReadonlyMap<number, number>> {
  return startPositions({ writer: store.writer, admin, topic, rows, logger });
}

/** Resolves when there is room for the next one. */
function keep(
  writer: StoreWriter,
  { topic, partition, offset }: IncomingRecord,
  rows: StoreRows,
): Promise<void> {
  return writer.add({ topic, partition, offset, rows });
}

function comparisonRows(comparison: Comparison, judgement: number): StoreRows {
  const { lane, windowStart } = comparison;
  return { kind: 'pairs', window: { lane, windowStart, judgement }, pairs: pairsOf(comparison) };
}
