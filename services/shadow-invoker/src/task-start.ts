import { windowStart } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import {
  type CommitPosition,
  type CommittedOffset,
  Coverage,
  encodeState,
  lastFrontier,
  type LogLookup,
  type LogOffsets,
  type RecordCodecs,
  StreamsError,
} from '@understudy/streams';
import { type InvokerState, invokerStateOf } from './invoker-state.ts';
import type { InvokerTopics } from './invoker-topics.ts';
import { noRetries, type RetryCounts, retryCountsOf } from './retry-counts.ts';

export interface TaskStartOptions {
  readonly run: Run;
  readonly topics: InvokerTopics;
  readonly streams: {
    readonly admin: LogOffsets;
    readonly lookup: LogLookup;
    readonly registry: RecordCodecs;
  };
}

/** Of one partition: what the group had committed for each input. */
export interface Committed {
  readonly partition: number;
  readonly committed: readonly CommittedOffset[];
}

/** Where a task begins. */
export interface TaskStart {
  readonly state: InvokerState;
  /** Requests before it are not called: the run does not cover them, ms since the epoch. */
  readonly coveredFrom: number;
  /** By topic. */
  readonly start: ReadonlyMap<string, number>;
  readonly retryCounts: ReadonlyMap<string, RetryCounts>;
  /** To be committed with the first output: after a gap, what is committed is not where the task begins. */
  readonly positions: readonly CommitPosition[];
}

/**
 * Where a task goes on: at what is committed; where there is none yet, the requests where the run begins, and what waits to be
 * tried again from its first record on. Who stands in a gap of the run goes on after it.
 *
 * @throws {StreamsError} 'offset-out-of-range' where what was committed has expired and nobody has accepted that as a gap:
 *   where it stood is known, but not what it had tried again
 */
export async function taskStart(options: TaskStartOptions, of: Committed): Promise<TaskStart> {
  const { run, topics } = options;
  const ofRequests = committedFor(topics.requests, of);
  const stood = ofRequests === null ? await whereItStood(options, of.partition) : invokerStateOf(ofRequests);
  const state = stood ?? { clock: 0, written: run.start };
  const window = windowStart(state.written, run.windowMs);
  const coveredFrom = new Coverage(run, of.partition).from(window);
  const counts = new Map(of.committed.map(({ topic }) => [topic, retryCountsOf(committedFor(topic, of))]));
  if (stood === null || coveredFrom === window) {
    if (ofRequests === null && stood !== null) throw forgotten(run, of.partition);
    const start = await startAtCommitted(options, of);
    return { state, coveredFrom, start, retryCounts: counts, positions: [] };
  }
  const { start, lost } = await startAfterGap(options, of, coveredFrom);
  const retryCounts = withLostTaken(topics, counts, lost);
  const positions = [...start].map(([topic, offset]): CommitPosition => {
    const own = retryCounts.get(topic) ?? noRetries;
    const metadata = encodeState(topic === topics.requests ? { ...state, ...own } : own);
    return { topic, partition: of.partition, offset, metadata };
  });
  return { state, coveredFrom, start, retryCounts, positions };
}

/** What the lane has written, if it has, of a partition of which nothing is committed. */
async function whereItStood(
  { run, topics, streams }: TaskStartOptions,
  partition: number,
): Promise<InvokerState | null> {
  const topic = topics.shadowResponses;
  const last = await lastFrontier(streams, { topic, partition });
  if (last !== null) return { clock: last.requestTime, written: last.requestTime };
  const { start } = await boundsOf(streams.admin, topic, partition);
  return start > 0 ? { clock: 0, written: run.start } : null;
}

async function startAtCommitted(
  { run, topics, streams }: TaskStartOptions,
  of: Committed,
): Promise<ReadonlyMap<string, number>> {
  const { partition } = of;
  const begun = run.starts.find((each) => each.partition === partition)?.offset;
  const first = async (): Promise<number> =>
    begun ?? requestAtTime({ topics, streams }, partition, run.start);
  const start = new Map([[topics.requests, committedFor(topics.requests, of)?.offset ?? (await first())]]);
  for (const { topic } of topics.retries) {
    const offset = committedFor(topic, of)?.offset;
    start.set(topic, offset ?? (await boundsOf(streams.admin, topic, partition)).start);
  }
  return start;
}

/** And which retry topics have lost records that waited there. */
async function startAfterGap(
  { topics, streams }: TaskStartOptions,
  of: Committed,
  coveredFrom: number,
): Promise<{ readonly start: ReadonlyMap<string, number>; readonly lost: ReadonlySet<string> }> {
  const { partition } = of;
  const start = new Map([
    [topics.requests, await requestAtTime({ topics, streams }, partition, coveredFrom)],
  ]);
  const lost = new Set<string>();
  for (const { topic } of topics.retries) {
    const inLog = await boundsOf(streams.admin, topic, partition);
    // Where nothing is committed, nobody knows what was tried again: nothing is tried twice.
    const offset = committedFor(topic, of)?.offset ?? inLog.end;
    if (offset < inLog.start) lost.add(topic);
    start.set(topic, Math.max(offset, inLog.start));
  }
  return { start, lost };
}

/** What was lost waiting is not waited for at the run's end. */
function withLostTaken(
  { requests, retries }: InvokerTopics,
  counts: ReadonlyMap<string, RetryCounts>,
  lost: ReadonlySet<string>,
): ReadonlyMap<string, RetryCounts> {
  const result = new Map(counts);
  let { passedOn } = counts.get(requests) ?? noRetries;
  for (const { topic } of retries) {
    const own = counts.get(topic) ?? noRetries;
    if (lost.has(topic)) result.set(topic, { ...own, taken: Math.max(own.taken, passedOn) });
    ({ passedOn } = own);
  }
  return result;
}

async function requestAtTime(
  { topics, streams }: Pick<TaskStartOptions, 'topics' | 'streams'>,
  partition: number,
  timeMs: number,
): Promise<number> {
  const [offset] = await streams.admin.offsetsAtTime(topics.requests, timeMs, [partition]);
  if (offset === undefined) throw new Error(`no offset for ${topics.requests}/${partition}`);
  return offset;
}

async function boundsOf(
  admin: LogOffsets,
  topic: string,
  partition: number,
): Promise<{ readonly start: number; readonly end: number }> {
  const bounds = (await admin.bounds(topic))[partition];
  if (bounds === undefined) throw new Error(`no partition ${topic}/${partition}`);
  return bounds;
}

/** Null where nothing is committed. */
function committedFor(
  topic: string,
  { committed }: Committed,
): (CommittedOffset & { offset: number }) | null {
  const found = committed.find((each) => each.topic === topic);
  return found === undefined || found.offset === null ? null : { ...found, offset: found.offset };
}

function forgotten({ lane }: Run, partition: number): StreamsError {
  return new StreamsError(
    'offset-out-of-range',
    `partition ${partition} of ${lane} was called before, and what was committed has expired: nobody was in the ` +
      "invoker's group for too long; `understudy gaps list` says what is not covered, and `understudy gaps accept` goes on",
  );
}
