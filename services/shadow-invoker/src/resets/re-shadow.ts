import { laneName, nextBoundary } from '@understudy/domain';
import { liveRun, type Run } from '@understudy/schemas-avro';
import {
  boundaryAt,
  changeRun,
  type CommitPosition,
  encodeState,
  nextLiveLane,
  type OffsetsReset,
  type OutgoingRecord,
  readRuns,
  type ReadyLane,
  type RunsOptions,
  type SettledReset,
  type Streams,
  successorOf,
  wasReset,
} from '@understudy/streams';
import type { Logger } from '@understudy/telemetry';
import type { LaneMetrics } from '../invoker-metrics.ts';
import type { InvokerState } from '../invoker-state.ts';
import type { InvokerTopics } from '../invoker-topics.ts';
import { LaneRecords } from '../lane-records.ts';
import { type RetryCounts, retryCountsOf } from '../retry-counts.ts';
import { endOf, type Stand, standsOf } from './stands.ts';

export interface ReShadowOptions {
  readonly streams: Pick<Streams, 'connection' | 'admin' | 'lookup' | 'registry'>;
  readonly runs: RunsOptions;
  readonly lane: ReadyLane;
  readonly topics: InvokerTopics;
  readonly metrics: LaneMetrics;
  readonly logger: Logger;
}

/**
 * What a reset of the requests of a live lane's invoker comes to: the lane ends at what it had committed, and a new live run of
 * the shadow begins at the positions that were set. The new run is recorded first, then the end of the old one; the end records
 * and positions that are returned make it final. Called again, after a crash or by another process, it comes to the same.
 *
 * A reset of something else, or of a run that is not live, is undone.
 */
export async function reShadow(
  options: ReShadowOptions,
  { committed }: Pick<OffsetsReset, 'committed'>,
): Promise<SettledReset> {
  const { runs, lane, topics, logger } = options;
  const known = await readRuns(runs);
  const run = known.get(lane.run.lane) ?? lane.run;
  const stands = await standsOf({ ...options, runStart: run.start }, committed);
  const wanted = committed.filter((of) => of.topic === topics.requests && wasReset(of));
  if (run.end !== null && run.kind === 'live') return ended(options, stands, run.end);
  if (run.kind !== 'live' || wanted.length === 0) {
    logger.warn(
      { kind: run.kind },
      'the reset is undone: only requests of a live lane can be shadowed again',
    );
    return undone(options, stands, committed);
  }
  const endMs = endOf(stands, { windowMs: run.windowMs, nowMs: Date.now() });
  const next = successorOf(known, lane.lane) ?? (await recordNext(options, known, { run, endMs, wanted }));
  const { end } = await changeRun(runs, lane.lane, (before) =>
    before === null || before.end !== null ? null : { ...before, end: endMs },
  );
  logger.warn(
    { end: end ?? endMs, next: next.lane },
    'the lane ends; a new live run goes on from where it was reset to',
  );
  return ended(options, stands, end ?? endMs);
}

interface NextRun {
  readonly run: Run;
  /** Of the run before, ms since the epoch: partitions that were not reset go on there. */
  readonly endMs: number;
  readonly wanted: OffsetsReset['committed'];
}

async function recordNext(
  { streams, runs, lane, topics }: ReShadowOptions,
  known: ReadonlyMap<string, Run>,
  { run, endMs, wanted }: NextRun,
): Promise<Run> {
  const { windowMs, alerts } = run;
  const atEnd = await streams.admin.offsetsAtTime(topics.requests, endMs);
  const starts: { partition: number; offset: number; time: number }[] = [];
  for (const [partition, offset] of atEnd.entries()) {
    const reset = wanted.find((of) => of.partition === partition)?.offset ?? null;
    if (reset === null) starts.push({ partition, offset, time: endMs });
    else {
      const place = { topic: topics.requests, partition, offset: reset };
      const time =
        (await boundaryAt(streams, place, windowMs)) ?? (await boundaryToCome(streams, place, windowMs));
      starts.push({ partition, offset: reset, time });
    }
  }
  const start = Math.min(...starts.map(({ time }) => time));
  const atStart = await streams.admin.offsetsAtTime(topics.requests, start);
  // One in which nothing is passed over from the run's start on is covered from there, however quiet it was.
  const later = starts.filter(({ partition, offset }) => (atStart[partition] ?? offset) < offset);
  const of = nextLiveLane(known, lane.lane);
  const next: Run = {
    ...liveRun({ lane: laneName(of), start, windowMs, recorded: Date.now() }),
    source: laneName(lane.lane),
    alerts,
    starts: later.filter(({ time }) => time > start),
  };
  return changeRun(runs, of, (before) => (before === null ? next : null));
}

/** The first boundary before which nothing will be appended at or after an offset at the log's end. */
async function boundaryToCome(
  { admin }: Pick<Streams, 'admin'>,
  {
    topic,
    partition,
    offset,
  }: { readonly topic: string; readonly partition: number; readonly offset: number },
  windowMs: number,
): Promise<number> {
  let boundary = nextBoundary(Date.now() + 1, windowMs);
  // A broker's clock may be ahead of ours.
  for (;;) {
    const [first = offset] = await admin.offsetsAtTime(topic, boundary, [partition]);
    if (first >= offset) return boundary;
    boundary += windowMs;
  }
}

/** Nothing more is called or tried again; what waits in the retry topics stays deferred. */
async function ended(
  { streams, lane, topics, metrics }: ReShadowOptions,
  stands: readonly Stand[],
  end: number,
): Promise<SettledReset> {
  const records: OutgoingRecord[] = [];
  const positions: CommitPosition[] = [];
  for (const { partition, written, position, end: logEnd } of stands) {
    const of = { lane, partition, written, codecs: streams.registry, topics, metrics };
    records.push(new LaneRecords(of).end(position - 1, end));
    // Where no request follows, a tick: a join passes its frontier when it has read the requests up to there.
    if (position >= logEnd) records.push({ topic: topics.requests, partition, key: null, value: null });
    const state: InvokerState = {
      clock: Math.max(written, end),
      written: Math.max(written, end),
      isEnded: true,
    };
    positions.push({ topic: topics.requests, partition, offset: position, metadata: encodeState(state) });
  }
  for (const { topic } of topics.retries)
    for (const [partition, bounds] of (await streams.admin.bounds(topic)).entries())
      positions.push({ topic, partition, offset: bounds.end, metadata: encodeState({}) });
  return { records, positions };
}

/** Where everything was; where the position in a retry topic was lost, what waits there stays deferred. */
async function undone(
  { streams, topics }: ReShadowOptions,
  stands: readonly Stand[],
  committed: OffsetsReset['committed'],
): Promise<SettledReset> {
  const positions: CommitPosition[] = [];
  for (const { topic, partition, offset, metadata } of committed) {
    if (offset === null) continue;
    if (!wasReset({ topic, partition, offset, metadata })) {
      positions.push({ topic, partition, offset, metadata: metadata ?? '' });
    } else if (topic === topics.requests) {
      const stand = stands[partition];
      if (stand === undefined) continue;
      const { taken } = countsOf(committed, topics.retries[0]?.topic ?? '', partition);
      const state = { clock: stand.written, written: stand.written, taken: 0, passedOn: taken };
      positions.push({ topic, partition, offset: stand.position, metadata: encodeState(state) });
    } else {
      const end = (await streams.admin.bounds(topic))[partition]?.end ?? offset;
      positions.push({ topic, partition, offset: end, metadata: encodeState({}) });
    }
  }
  return { records: [], positions };
}

function countsOf(committed: OffsetsReset['committed'], topic: string, partition: number): RetryCounts {
  const of = committed.find((each) => each.topic === topic && each.partition === partition);
  return retryCountsOf(of === undefined || of.offset === null ? null : { ...of, offset: of.offset });
}
