import type { Config } from '@understudy/config';
import { judgementOf, revisionOf } from '@understudy/domain';
import { configuredLane } from '@understudy/streams';
import { ComparisonFeed, type ComparisonFeedOptions } from './comparison-feed.ts';
import type { History } from './history.ts';
import type { Labels } from './labels/labels.ts';
import type { Lanes } from './lanes.ts';
import { allReady, type Reading, startReading } from './reading.ts';
import type { Runs } from './runs.ts';
import type { WorstPairs } from './worst-pairs.ts';

/** What the console knows; all of it is bounded, and found again in the log. */
export interface Findings {
  readonly runs: Runs;
  readonly lanes: Lanes;
  readonly history: History;
  readonly pairs: WorstPairs;
  readonly labels: Labels;
}

export interface FollowFindingsOptions extends ComparisonFeedOptions {
  readonly config: Config;
  /** What is read goes there. */
  readonly findings: Findings;
}

/**
 * Reads runs, divergence, alerts, labels, and the comparisons of the lanes that are shown. Ready when all but those were read
 * to where they ended at the start: comparisons hold every pair ever compared, and a page is of use before.
 */
export function followFindings({ config, findings, ...reading }: FollowFindingsOptions): Reading {
  const { names } = reading;
  const { runs, lanes, history, pairs, labels } = findings;
  const feed = new ComparisonFeed(reading);
  feed.listen((comparison, { headers }) => {
    pairs.add(comparison, judgementOf(headers));
    if (comparison.diverging !== null) lanes.pairsChanged(comparison.lane);
  });
  feed.listen((comparison) => labels.addComparison(comparison));
  runs.listen({
    onShown: (run) => {
      if (configuredLane(config, run.lane) === null) return;
      labels.addLane(run.lane);
      feed.follow(run);
    },
    onHidden: (lane) => {
      feed.forget(lane);
      for (const each of [lanes, history, pairs, labels]) each.forget(lane);
    },
  });
  const readings = [
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
    startReading({
      ...reading,
      topic: names.shared('labels'),
      name: 'label',
      onRecord: (label) => {
        labels.addLabel(label);
        lanes.labelsChanged();
      },
    }),
  ];
  return {
    ready: () => allReady(readings),
    close: async () => {
      await Promise.all([feed, ...readings].map((each) => each.close()));
    },
  };
}
