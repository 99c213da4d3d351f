/**
 * The words of the architecture as types and pure functions. Nothing here does I/O or imports a package of ours.
 *
 *     const lane = { experiment: 'mortgage', shadow: 'boosted', run: 'live' };
 *     topicNames('understudy.').shadowResponses(lane); // understudy.shadow-responses.mortgage.boosted.live
 */
export { type AlertRule, alertRules } from './alert-rule.ts';
export { judgementHeaders, judgementOf } from './judgement.ts';

export { type Lane, laneName, laneOf, namePattern } from './lane.ts';
export {
  areBalanced,
  type Bearing,
  bearingOf,
  correctedLedger,
  type Corrections,
  isBalanced,
  type Ledger,
  type NotComparedReason,
  notComparedReasons,
  type NotCorrectedReason,
  notCorrectedReasons,
  type RecoveryOutcome,
  recoveryOutcomes,
  sessionBroken,
} from './ledger.ts';
export { nearest } from './nearest.ts';
export { earliestEffect, revisionHeaders, revisionLeadMs, revisionOf } from './revision.ts';
export { isSampled } from './sampling.ts';
export { type StatisticName, statisticNames } from './statistic-names.ts';
export { isTick } from './tick.ts';
export {
  type RetainedTopic,
  retainedTopics,
  type SharedTopic,
  sharedTopics,
  topicNames,
  type TopicNames,
} from './topics.ts';
export { childTraceparent, isTraceparent, traceHeaders, traceparentHeader } from './trace.ts';
export { nextBoundary, windowStart } from './window.ts';
