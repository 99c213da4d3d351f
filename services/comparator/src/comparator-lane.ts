import { comparatorGroupId, partitionOf, type ReadyLane, type RecordCodecs } from '@understudy/streams';
import { type Lane, laneName, laneOf, type TopicNames } from '@understudy/domain';
import { type InputDecoders, inputDecoders } from './record-reader.ts';

/** One lane as the comparator's tasks see it. */
export interface ComparatorLane {
  readonly ready: ReadyLane;
  readonly name: string;
  /** Of all topics and groups. */
  readonly prefix: string;
  readonly groupId: string;
  readonly codecs: RecordCodecs;
  readonly decoders: InputDecoders;
  readonly partitions: number;
  readonly topics: ComparatorTopics;
  /** The partition of window-parts, divergence, verdicts and alerts that all of the lane's records are in. */
  readonly lanePartition: number;
}

export interface ComparatorTopics {
  readonly requests: string;
  readonly productionResponses: string;
  readonly shadowResponses: string;
  readonly comparisons: string;
  readonly windowParts: string;
  readonly divergence: string;
  readonly verdicts: string;
  readonly alerts: string;
  readonly deadLetters: string;
}

export interface ComparatorLaneOptions {
  readonly ready: ReadyLane;
  readonly names: TopicNames;
  readonly prefix: string;
  readonly partitions: number;
  readonly codecs: RecordCodecs;
}

export function comparatorLane(options: ComparatorLaneOptions): ComparatorLane {
  const { ready, names, prefix, partitions, codecs } = options;
  const name = laneName(ready.lane);
  return {
    ready,
    name,
    prefix,
    groupId: comparatorGroupId(prefix, ready.lane),
    codecs,
    decoders: inputDecoders(codecs),
    partitions,
    lanePartition: partitionOf(name, partitions),
    topics: {
      requests: names.shared('requests'),
      productionResponses: names.shared('production-responses'),
      shadowResponses: names.shadowResponses(calledLane(ready)),
      comparisons: names.comparisons(ready.lane),
      windowParts: names.shared('window-parts'),
      divergence: names.shared('divergence'),
      verdicts: names.shared('verdicts'),
      alerts: names.shared('alerts'),
      deadLetters: names.shared('shadow-dead-letters'),
    },
  };
}

/** Whose shadow responses are judged. @throws TypeError for a run that judges again and does not say whom */
export function calledLane({ lane, run }: ReadyLane): Lane {
  if (run.kind !== 'rejudge') return lane;
  const source = laneOf(run.source ?? '');
  if (source === null) throw new TypeError(`run ${run.lane} judges again, but not a lane: ${run.source}`);
  return source;
}
