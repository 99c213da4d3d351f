import { judgementOf, revisionOf, type TopicNames } from '@understudy/domain';
import { ComparisonFeed, type ComparisonFeedOptions } from './comparison-feed.ts';
import type { History } from './history.ts';
import type { Labels } from './labels/labels.ts';
import type { Lanes } from './lanes.ts';
import { allReady, type Reading, startReading } from './reading.ts';
import type { WorstPairs } from './worst-pairs.ts';

/** What the console knows; all of it is bounded, and found again in the log. */
export interface Findings {
  readonly lanes: Lanes;
  readonly history: History;
  readonly pairs: WorstPairs;
  readonly labels: Labels;
}

export interface FollowFindingsOptions extends ComparisonFeedOptions {
  readonly names: TopicNames;
  /** What is read goes there. */
  readonly findings: Findings;
}

/**
 * Reads divergence, alerts, labels and the lanes' comparisons. Ready when the first three were read to where they
 * ended at the start: comparisons hold every pair ever compared, and a page is of use before.
 */
export function followFindings({ names, findings, ...reading }: FollowFindingsOptions): Reading {
  const { lanes, history, pairs, labels } = findings;
  const feed = new ComparisonFeed(reading);
  feed.listen((comparison, { headers }) => pairs.add(comparison, judgementOf(headers)));
  feed.listen((comparison) => labels.addComparison(comparison));
  feed.start();
  const readings = [
    startReading({
      ...reading,
      topic: names.shared('divergence'),
      name: 'divergence',
      onRecord: (divergence, { headers }) => {
        history.add(divergence);
        lanes.add(divergence, revisionOf(headers));
      },
    }),
    startReading({
      ...reading,
      topic: names.shared('alerts'),
      name: 'alert',
      onRecord: (alert) => lanes.addAlert(alert),
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
