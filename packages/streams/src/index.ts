/**
 * Stream processing on Kafka: tasks that read co-partitioned inputs and commit what they put out exactly once,
 * whoever dies. The only package that imports the Kafka client and the registry client.
 *
 *     const streams = await openStreams({ config, service: 'comparator', logger, metrics });
 *     const lanes = await LaneDirectory.open({ config, ...streams, logger, onOver, open: openLane });
 *     // of openLane, for each lane:
 *     const plan = copartitionedTasks({ reads: [requests, responses], writes: [joined] }, partitions);
 *     const group = await TaskGroup.start({ ...streams, groupId, plan, partitions, openTask, logger, onOver });
 *
 * A task is a {@link StreamTask}: it accepts records and hands out what one transaction is to hold.
 */
export { type CommittedOffset, KafkaAdmin } from './client/admin.ts';
export type { KafkaConnection } from './client/connection.ts';
export { StreamsError, type StreamsErrorCode, streamsErrorCodes, toStreamsError } from './client/errors.ts';
export { followLog, type FollowLogOptions } from './client/follow-log.ts';
export { KafkaLogLookup, type LogLookup, recordAt } from './client/log-lookup.ts';
export { readLog, type ReadLogOptions } from './client/log-reader.ts';
export { untilSettled } from './client/until-settled.ts';
export { partitionOf } from './client/partitioner.ts';
export {
  type IncomingRecord,
  type OutgoingRecord,
  recordBytes,
  type TopicPartition,
} from './client/records.ts';
export { PartitionSender, type Reservation } from './client/sender.ts';
export { type CommitPosition, TransactionalProducer } from './client/transactional-producer.ts';
export { deadLetter } from './lanes/dead-letter.ts';
export {
  type DeadLetter,
  type DeadLetterList,
  type DeadLetterTopic,
  findDeadLetters,
  type FoundLetter,
  type LetterPosition,
  listDeadLetters,
} from './lanes/dead-letter-log.ts';
export { acceptGaps } from './lanes/gaps/accept-gaps.ts';
export { Coverage, type WindowRange } from './lanes/gaps/coverage.ts';
export { findGaps, type FindGapsOptions, type FoundGap } from './lanes/gaps/find-gaps.ts';
export { type Frontier, lastFrontier, type LastFrontierOptions } from './lanes/gaps/last-frontier.ts';
export { boundaryAt, heldFrom, type LogAccess } from './lanes/held.ts';
export { LaneDirectory, type LaneDirectoryOptions } from './lanes/lane-directory.ts';
export {
  type ConfiguredLane,
  configuredLane,
  type ReadyLane,
  type SetUpLane,
  runsOf,
  setUpLanes,
  setUpSharedTopics,
  setUpTopics,
  type StreamsSetup,
} from './lanes/lane-setup.ts';
export type { OpenLane } from './lanes/lane-slot.ts';
export {
  formatLetter,
  formatSettlement,
  type Letter,
  type LetterCalls,
  type LetterStage,
  parseLetter,
  parseSettlement,
  type RecordSource,
  type Settlement,
  withLetter,
} from './lanes/letter-headers.ts';
export { kafkaConnection, openStreams, type Streams } from './lanes/open-streams.ts';
export {
  type OffsetsReset,
  type SettledReset,
  settleReset,
  type SettleResetOptions,
  wasReset,
} from './lanes/resets/settle-reset.ts';
export { isOver, replaysAtOnce } from './lanes/replays-at-once.ts';
export { type Applied, applyExperiment, readTimelines } from './lanes/revisions/revision-log.ts';
export {
  constantTimeline,
  firstRevision,
  GrowingTimeline,
  perRevision,
  type Revision,
  runTimeline,
  type Timeline,
} from './lanes/revisions/timeline.ts';
export { type RetryTopic, retryTopics } from './lanes/retry-topics.ts';
export { nextLiveLane, successorOf } from './lanes/live-runs.ts';
export { changeRun, findRun, readRuns, type RunChange, type RunsOptions } from './lanes/runs.ts';
export { laneTopicSpecs, recordOf, sharedTopicSpecs } from './lanes/topic-specs.ts';
export {
  maxSettledTogether,
  type Settled,
  settleLetters,
  type SettleOptions,
} from './lanes/settle-letters.ts';
export {
  boundsInRun,
  type FrontierState,
  invokerGroupId,
  invokerProgress,
  type InvokerProgress,
  type InvokerProgressOptions,
  longestRequestMs,
} from './progress/invoker-progress.ts';
export { comparatorGroupId } from './progress/join-progress.ts';
export type { Stage, StageProgress, StandingStage } from './progress/stage-progress.ts';
export { StandingClock } from './progress/standing-clock.ts';
export { decodeWaiting } from './registry/decode-waiting.ts';
export type { PartDecoder, RecordCodecs } from './registry/record-codecs.ts';
export { RecordRegistry } from './registry/record-registry.ts';
export { decodeState, encodeState, readableState } from './tasks/committed-state.ts';
export { type FaultPolicy, policyFor } from './tasks/fault-policy.ts';
export { Fifo } from './tasks/fifo.ts';
export { readiness } from './tasks/readiness.ts';
export type {
  Appetite,
  OpenedTask,
  OpenTask,
  StreamTask,
  TaskContext,
  TaskOutput,
  WantedTick,
} from './tasks/stream-task.ts';
export { TaskGroup, type TaskGroupOptions } from './tasks/task-group.ts';
export {
  allPartitions,
  copartitionedTasks,
  type TaskInput,
  type TaskPlan,
  type TaskSpec,
} from './tasks/task-plan.ts';
export type { LogOffsets } from './tasks/task-ports.ts';
export type { TaskState } from './tasks/task-state.ts';
