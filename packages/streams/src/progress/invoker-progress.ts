import { laneName, windowStart } from '@understudy/domain';
import type { CommittedOffset, KafkaAdmin } from '../client/admin.ts';
import type { ReadyLane } from '../lanes/lane-setup.ts';
import { decodeState, readableState } from '../tasks/committed-state.ts';
import type { StageProgress } from './stage-progress.ts';

/** The group that calls a lane's shadow. */
export function invokerGroupId(prefix: string, { lane }: Pick<ReadyLane, 'lane'>): string {
  return `${prefix}${laneName(lane)}.invoker`;
}

/** How long one request may hold up those behind it: all its calls in place, and the pauses between them. */
export function longestRequestMs({ shadow: { timeoutMs, retry } }: ReadyLane): number {
  return retry.attempts * (timeoutMs + retry.pauseMs);
}

/** What others may know of an invoker's committed state. */
export interface FrontierState {
  /** Log time of the last first shadow response or progress record written: how far readers know. */
  readonly written: number;
}

export interface InvokerProgressOptions {
  readonly admin: KafkaAdmin;
  readonly prefix: string;
  readonly lane: ReadyLane;
  /** The requests topic. */
  readonly requests: string;
}

export interface InvokerProgress extends StageProgress {
  readonly stage: 'invoker';
  /** Log time of the partition's frontier, ms since the epoch. */
  readonly frontier: number;
  /** Requests that are not committed yet; of a run that has an end, those before it. */
  readonly lagRecords: number;
}

/**
 * How far a lane's invoker has come in every partition: from what it has committed, and from whether there are requests
 * of a later window, at the first of which it has to write something.
 */
export async function invokerProgress(options: InvokerProgressOptions): Promise<readonly InvokerProgress[]> {
  const { admin, prefix, lane, requests } = options;
  const { windowMs } = lane.experiment;
  const bounds = await boundsInRun(admin, requests, lane.run);
  const partitions = [...bounds.keys()];
  const committed = await admin.committed(invokerGroupId(prefix, lane), [requests], partitions);
  const come = committed.map((of) => {
    const frontier = frontierOf(of, lane);
    const { start = 0, end = 0 } = bounds[of.partition] ?? {};
    const lagRecords = Math.max(0, end - (of.offset ?? start));
    return { partition: of.partition, frontier, window: windowStart(frontier, windowMs), end, lagRecords };
  });
  const isBehind = new Map<number, boolean>();
  const waiting = come.filter(({ lagRecords }) => lagRecords > 0);
  for (const [window, of] of Map.groupBy(waiting, (one) => one.window)) {
    const asked = of.map(({ partition }) => partition);
    const offsets = await admin.offsetsAtTime(requests, window + windowMs, asked);
    for (const [index, { partition, end }] of of.entries())
      isBehind.set(partition, (offsets[index] ?? end) < end);
  }
  return come.map(({ partition, frontier, window, lagRecords }) => {
    return {
      stage: 'invoker',
      partition,
      frontier,
      window,
      lagRecords,
      isBehind: isBehind.get(partition) ?? false,
    };
  });
}

function frontierOf(committed: CommittedOffset, { run }: ReadyLane): number {
  if (committed.offset === null) return run.start;
  // A task that can't read it is halted: where the run begins, it stands.
  return readableState(
    run.start,
    () => decodeState<FrontierState>(committed, ({ written }) => typeof written === 'number').written,
  );
}

/** What a topic holds of records appended in the time of a run that has an end; of one that goes on, all. */
export async function boundsInRun(
  admin: KafkaAdmin,
  topic: string,
  run: ReadyLane['run'],
): Promise<readonly { readonly start: number; readonly end: number }[]> {
  const bounds = await admin.bounds(topic);
  if (run.end === null) return bounds;
  const starts = await admin.offsetsAtTime(topic, run.start);
  const ends = await admin.offsetsAtTime(topic, run.end);
  return bounds.map(({ start, end }, index) => ({
    start: Math.max(start, starts[index] ?? start),
    end: Math.min(end, ends[index] ?? end),
  }));
}
