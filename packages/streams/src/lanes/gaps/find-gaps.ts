import { type Lane, laneOf, nextBoundary, topicNames, windowStart } from '@understudy/domain';
import type { CommittedOffset, KafkaAdmin, PartitionBounds } from '../../client/admin.ts';
import type { KafkaConnection } from '../../client/connection.ts';
import { type FrontierState, invokerGroupId } from '../../progress/invoker-progress.ts';
import { comparatorGroupId, type OpenWindowState } from '../../progress/join-progress.ts';
import { decodeState, readableState } from '../../tasks/committed-state.ts';
import { heldFrom } from '../held.ts';
import type { SetUpLane } from '../lane-setup.ts';
import { retryTopics } from '../retry-topics.ts';
import { Coverage, type WindowRange } from './coverage.ts';
import { lastFrontier, type LastFrontierOptions } from './last-frontier.ts';

export interface FindGapsOptions extends LastFrontierOptions {
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly prefix: string;
}

/** Windows of one partition that can't be covered any more, because records that they need are gone. */
export interface FoundGap extends WindowRange {
  readonly lane: string;
  readonly partition: number;
  /** Who can't go on, and why; sentences without a full stop. */
  readonly reasons: readonly string[];
}

/** Responses may seem to come before their requests by this much, ms. */
const clockToleranceMs = 10_000;

/**
 * The gaps that keep a lane's tasks from going on, and that nobody has accepted: where the log does not hold any more what its
 * invoker or its comparator has to read next, or what the invoker's group had committed has expired. What is not covered then
 * begins with the first window that is open, and ends where the log holds everything again.
 */
export async function findGaps(options: FindGapsOptions, lane: SetUpLane): Promise<readonly FoundGap[]> {
  const { admin, prefix } = options;
  const topics = topicsOf(prefix, lane);
  const calls = lane.run.kind === 'rejudge' ? [] : [topics.requests, ...topics.retries];
  const joins = [topics.requests, topics.productionResponses, topics.shadowResponses];
  const all = [...new Set([...calls, ...joins])];
  const bounds = new Map(
    await Promise.all(all.map(async (topic) => [topic, await admin.bounds(topic)] as const)),
  );
  const partitions = [...(bounds.get(topics.requests) ?? []).keys()];
  const called = await admin.committed(invokerGroupId(prefix, lane), calls, partitions);
  const joined = await admin.committed(comparatorGroupId(prefix, lane.lane), joins, partitions);
  const found = await Promise.all(
    partitions.map((partition) => {
      const of = (each: CommittedOffset): boolean => each.partition === partition;
      const place = { partition, topics, bounds };
      return gapOf(options, lane, { ...place, called: called.filter(of), joined: joined.filter(of) });
    }),
  );
  return found.filter((gap) => gap !== null);
}

interface Topics {
  readonly requests: string;
  readonly productionResponses: string;
  readonly shadowResponses: string;
  readonly retries: readonly string[];
}

interface Place {
  readonly partition: number;
  readonly topics: Topics;
  readonly bounds: ReadonlyMap<string, readonly PartitionBounds[]>;
  /** By the invoker. */
  readonly called: readonly CommittedOffset[];
  /** By the comparator. */
  readonly joined: readonly CommittedOffset[];
}

async function gapOf(options: FindGapsOptions, lane: SetUpLane, place: Place): Promise<FoundGap | null> {
  const { partition, topics } = place;
  const { run } = lane;
  const coverage = new Coverage(run, partition);
  const open = openWindow(place, run.start);
  const frontier = await frontierOf(options, lane, place);
  const window = windowStart(frontier.time, run.windowMs);
  // Who stands in a gap has what it waited for, and goes on when it is opened again.
  const ofInvoker = coverage.covers(window) ? frontier.lacks : [];
  const ofJoin = coverage.covers(open) ? lacks(place, place.joined, 'comparator') : [];
  const all = [...ofInvoker, ...ofJoin];
  if (all.length === 0) return null;
  // Without its retries, or what was committed, an invoker goes on after the window that it stands in.
  const areInputsGone = ofJoin.length > 0 || ofInvoker.some(({ topic }) => topic === topics.requests);
  const from = areInputsGone ? Math.min(coverage.from(open), window) : window;
  const held = areInputsGone
    ? await heldAgainFrom(options, lane, { ...place, frontierMs: frontier.time })
    : from;
  const called = ofInvoker.length > 0 ? nextBoundary(frontier.time + 1, run.windowMs) : from;
  const to = Math.max(from + run.windowMs, held, called);
  return { lane: run.lane, partition, from, to, reasons: all.map(({ reason }) => reason) };
}

/** What a reader has to read next, and can't. */
interface Lack {
  /** Null: nothing says where it stood. */
  readonly topic: string | null;
  readonly reason: string;
}

function lacks(
  { bounds, partition }: Pick<Place, 'bounds' | 'partition'>,
  committed: readonly CommittedOffset[],
  reader: string,
): readonly Lack[] {
  return committed.flatMap(({ topic, offset }) => {
    const start = bounds.get(topic)?.[partition]?.start ?? 0;
    if (offset === null || offset >= start) return [];
    const reason = `the ${reader} has to go on at ${topic}/${partition}@${offset}, and the log begins at ${start}`;
    return [{ topic, reason }];
  });
}

/** Up to where the invoker has come, ms since the epoch, and what keeps it there. */
async function frontierOf(
  options: FindGapsOptions,
  { run }: SetUpLane,
  { partition, topics, bounds, called }: Place,
): Promise<{ readonly time: number; readonly lacks: readonly Lack[] }> {
  const missing = lacks({ bounds, partition }, called, 'shadow-invoker');
  const ofRequests = called.find(({ topic }) => topic === topics.requests);
  if (ofRequests === undefined) return { time: run.start, lacks: [] };
  if (ofRequests.offset !== null) {
    const isState = ({ written }: Partial<FrontierState>): boolean => typeof written === 'number';
    const read = (): number => decodeState<FrontierState>(ofRequests, isState).written;
    return { time: readableState(run.start, read), lacks: missing };
  }
  const start = bounds.get(topics.shadowResponses)?.[partition]?.start ?? 0;
  const last = await lastFrontier(options, { topic: topics.shadowResponses, partition });
  if (last === null && start === 0) return { time: run.start, lacks: missing };
  return { time: last?.requestTime ?? run.start, lacks: [...missing, forgotten] };
}

const forgotten: Lack = {
  topic: null,
  reason: 'what the shadow-invoker had committed has expired: nobody was in its group for too long',
};

/** Start of the first window that the join has open. */
function openWindow({ joined, topics }: Place, otherwise: number): number {
  const ofRequests = joined.find(({ topic, offset }) => topic === topics.requests && offset !== null);
  if (ofRequests === undefined) return otherwise;
  const isState = ({ start }: Partial<OpenWindowState>): boolean => typeof start === 'number';
  return readableState(otherwise, () => decodeState<OpenWindowState>(ofRequests, isState).start);
}

/** The first window boundary from which on the log holds all that the lane reads of a partition. */
async function heldAgainFrom(
  options: FindGapsOptions,
  { run: { windowMs } }: SetUpLane,
  { partition, topics, frontierMs }: Place & { readonly frontierMs: number },
): Promise<number> {
  const requests = await heldFrom(options, { topic: topics.requests, partition }, { windowMs, aheadMs: 0 });
  const [production, shadow] = await Promise.all(
    [topics.productionResponses, topics.shadowResponses].map((topic) =>
      heldFrom(options, { topic, partition }, { windowMs, aheadMs: clockToleranceMs }),
    ),
  );
  // Where nothing is left, what comes from now on will be; and shadow responses come after the frontier.
  const now = nextBoundary(Date.now() + 1, windowMs);
  const orNow = (timeMs = now): number => (timeMs === Infinity ? now : timeMs);
  const ofShadow = shadow === Infinity ? nextBoundary(frontierMs + 1, windowMs) : orNow(shadow);
  return Math.max(orNow(requests), orNow(production), ofShadow);
}

function topicsOf(prefix: string, { lane, shadow, run }: SetUpLane): Topics {
  const names = topicNames(prefix);
  const called: Lane = run.kind === 'rejudge' ? (laneOf(run.source ?? '') ?? lane) : lane;
  return {
    requests: names.shared('requests'),
    productionResponses: names.shared('production-responses'),
    shadowResponses: names.shadowResponses(called),
    retries: retryTopics(names, lane, shadow.retry).map(({ topic }) => topic),
  };
}
