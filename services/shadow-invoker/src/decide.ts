import { isSampled, laneName, sessionBroken } from '@understudy/domain';
import type { Request } from '@understudy/schemas-avro';
import {
  deadLetter,
  type IncomingRecord,
  type OutgoingRecord,
  parseLetter,
  type ReadyLane,
  StreamsError,
} from '@understudy/streams';
import type { Destination, InvokerTopics } from './invoker-topics.ts';
import { givenUp, type Outcome, skipped, type Tried } from './outcome.ts';
import { sessionOf } from './sessions/session-id.ts';

/** What is to be done about one record: its shadow is called, or it is known already what becomes of it. */
export type Decision =
  | {
      readonly kind: 'call';
      readonly tried: Tried;
      readonly request: Request;
      /** The ordered session in which it takes its turn; null: none, it is called at once. */
      readonly session: string | null;
    }
  /** Null: nothing is to be written for it. */
  | { readonly kind: 'finished'; readonly outcome: Outcome | null }
  /** A request that its session lacks from here on. */
  | { readonly kind: 'missed'; readonly outcome: Outcome; readonly session: string };

/** A record and where it was read. */
export interface ReadRecord {
  readonly lane: ReadyLane;
  readonly topics: InvokerTopics;
  readonly record: IncomingRecord;
  /** Null: it holds none; an error: it can't be read. */
  readonly request: Request | StreamsError | null;
  readonly onFailure: Destination | null;
}

/** About a record of the requests. @param clock log time at it, ms since the epoch */
export function decideRequest(read: ReadRecord, clock: number): Decision {
  const { lane, record, request, onFailure } = read;
  if (request === null || clock < lane.run.start) return finished(null);
  const { topic, partition, offset, timestampMs } = record;
  const session = sessionOf(lane, record.key, exchangeIdOf(request));
  const tried: Tried = {
    lane: laneName(lane.lane),
    record,
    exchangeId: exchangeIdOf(request),
    source: { topic, partition, offset },
    appendedMs: timestampMs,
    requestTimeMs: clock,
    before: null,
    // What comes after it in its session must not overtake it: it is tried again in place only.
    onFailure: session === null ? onFailure : null,
    isFirstRetry: false,
  };
  if (request instanceof StreamsError) {
    return missed({ ...skipped(tried, 'unreadable'), passedOn: letterOf(read, request) }, session);
  }
  if (!isOfLane(lane, request, clock)) return finished(null);
  if (request.bodySize > request.body.length) return missed(skipped(tried, 'request-truncated'), session);
  return { kind: 'call', tried, request, session };
}

/** About a record of a retry topic. */
export function decideRetry(read: ReadRecord): Decision {
  const { lane, topics, record, request, onFailure } = read;
  if (request === null) return finished(null);
  const letter = parseLetter(record.headers);
  if (letter === null || letter.calls === null) {
    const error = new StreamsError(
      'unreadable',
      'its headers do not say which request it is, and what was tried',
    );
    return finished({ origin: record, response: null, passedOn: letterOf(read, error), isOwn: false });
  }
  const { source, appendedMs, calls } = letter;
  const tried: Tried = {
    lane: laneName(lane.lane),
    record,
    exchangeId: exchangeIdOf(request),
    source,
    appendedMs,
    requestTimeMs: calls.requestTimeMs,
    before: calls,
    onFailure,
    isFirstRetry: record.topic === topics.retries[0]?.topic,
  };
  if (request instanceof StreamsError) {
    return finished(givenUp(tried, calls, topics.deadLetters, `${request.code}: ${request.message}`));
  }
  if (sessionOf(lane, record.key, request.exchangeId) !== null) {
    // It was put off before sessions were ordered, or sent back: others of its session have been called since.
    return finished(givenUp(tried, calls, topics.deadLetters, sessionBroken));
  }
  return { kind: 'call', tried, request, session: null };
}

function finished(outcome: Outcome | null): Decision {
  return { kind: 'finished', outcome };
}

function missed(outcome: Outcome, session: string | null): Decision {
  return session === null ? finished(outcome) : { kind: 'missed', outcome, session };
}

function exchangeIdOf(request: Request | StreamsError): string | null {
  return request instanceof StreamsError ? null : request.exchangeId;
}

/** Sampled, by the rate in force at the request. */
function isOfLane({ experiment: { name }, timeline }: ReadyLane, request: Request, clock: number): boolean {
  if (request.experiment !== name) return false;
  const { salt, rate } = timeline.at(clock).experiment.sampling;
  return isSampled(request.session ?? request.exchangeId, salt, rate);
}

function letterOf({ lane, topics, record }: ReadRecord, error: StreamsError): OutgoingRecord {
  return deadLetter({ topic: topics.deadLetters, lane: lane.lane, stage: 'shadow-invoker', record, error });
}
