import { sessionBroken } from '@understudy/domain';
import type { ShadowResponse } from '@understudy/schemas-avro';
import {
  type IncomingRecord,
  type LetterCalls,
  type OutgoingRecord,
  type RecordSource,
  withLetter,
} from '@understudy/streams';
import type { Called, FailedCalls } from './call-in-place.ts';
import type { Destination } from './invoker-topics.ts';

/** A request as it was read, from its own topic or from one in which it waited to be tried again. */
export interface Tried {
  readonly lane: string;
  readonly record: IncomingRecord;
  /** Null: it can't be read. */
  readonly exchangeId: string | null;
  /** Where the request stands. */
  readonly source: RecordSource;
  /** When it was appended there, and the log's time at it; ms since the epoch. */
  readonly appendedMs: number;
  readonly requestTimeMs: number;
  /** The calls that failed before it came here; null for one from its own topic. */
  readonly before: LetterCalls | null;
  readonly onFailure: Destination | null;
  /** Read from the first retry topic. */
  readonly isFirstRetry: boolean;
}

/** What a record hands on to those that come of it: its key, and of its headers what `traceHeaders` says. */
export type Origin = Pick<IncomingRecord, 'key' | 'headers'>;

/** What is written for one record, in one transaction with its offset. */
export interface Outcome {
  readonly origin: Origin;
  readonly response: ShadowResponse | null;
  /** The record, on its way to be tried again or to the dead letters. */
  readonly passedOn: OutgoingRecord | null;
  /** Not of a copy that a person has sent back from the dead letters. */
  readonly isOwn: boolean;
}

type Said = Pick<ShadowResponse, 'status' | 'reason' | 'attempts' | 'latencyMs' | 'answer'>;

/** What came of calling; null: it was not called, for the shadow is down. */
export function outcomeOf(tried: Tried, called: Called | null): Outcome {
  const { before, onFailure } = tried;
  if (called === null) {
    // A retry topic's head must not wait for so long that what is behind it is deleted: it goes on without a call.
    const isFirst = before === null || onFailure === null;
    return isFirst
      ? skipped(tried, 'shadow-down')
      : passOn(tried, onFailure, before, { reason: 'shadow-down' });
  }
  if (called.isAnswered) return say(tried, { ...called.last, reason: null, attempts: called.attempts });
  if (onFailure === null) return say(tried, { ...called.last, attempts: called.attempts });
  return passOn(tried, onFailure, called, called.last);
}

/** A request that is not called, and why. */
export function skipped(tried: Tried, reason: string): Outcome {
  return say(tried, { status: 'skipped', reason, attempts: 0, latencyMs: null, answer: null });
}

/** A request that is not called, for the shadow was not asked, or did not answer, what came before it in its session. */
export function refused(tried: Tried, how: 'broken' | 'shed'): Outcome {
  if (how === 'broken') return skipped(tried, sessionBroken);
  const reason = 'session-too-fast';
  return say(tried, { status: 'shed', reason, attempts: 0, latencyMs: null, answer: null });
}

/** A retry that is not to be called any more, or whose value can't be read any more, though it once could. */
export function givenUp(tried: Tried, before: LetterCalls, deadLetters: string, reason: string): Outcome {
  return passOn(tried, { kind: 'dead-letter', topic: deadLetters }, before, { reason });
}

function say(tried: Tried, said: Said): Outcome {
  return { origin: tried.record, response: responseOf(tried, said), passedOn: null, isOwn: isOwn(tried) };
}

type LastCall = { readonly reason: string } & Partial<Pick<Said, 'status' | 'latencyMs' | 'answer'>>;

function passOn(tried: Tried, to: Destination, calls: FailedCalls, last: LastCall): Outcome {
  const { record, before, lane, source, appendedMs, requestTimeMs } = tried;
  const { attempts, lastFailureMs } = calls;
  const { partition, key, value } = record;
  const headers = withLetter(record.headers, {
    lane,
    stage: 'shadow-invoker',
    reason: last.reason,
    source,
    appendedMs,
    calls: {
      attempts,
      requestTimeMs,
      firstFailureMs: before?.firstFailureMs ?? calls.firstFailureMs,
      lastFailureMs,
      redrives: before?.redrives ?? 0,
    },
  });
  return {
    origin: record,
    response: responseOnTheWay(tried, to, attempts, last),
    passedOn: { topic: to.topic, partition, key, value, headers },
    isOwn: isOwn(tried),
  };
}

/** Copies come back to where their first retry was: from there on they are on our way again. */
function isOwn({ before, isFirstRetry }: Tried): boolean {
  return !isFirstRetry || before === null || before.redrives === 0;
}

/** A request is deferred once, and once given up: between the two, and when a person sent it back, nothing is said. */
function responseOnTheWay(
  tried: Tried,
  to: Destination,
  attempts: number,
  last: LastCall,
): ShadowResponse | null {
  const { before } = tried;
  const { reason, answer = null, latencyMs = null } = last;
  if (to.kind === 'retry') {
    if (before !== null) return null;
    // How long it took to fail is no latency; how long it was waited for in vain is one.
    const waitedMs = last.status === 'timed_out' ? latencyMs : null;
    return responseOf(tried, { status: 'deferred', reason, attempts, latencyMs: waitedMs, answer });
  }
  if (before !== null && before.redrives > 0) return null;
  return responseOf(tried, { status: 'dead_lettered', reason, attempts, latencyMs, answer });
}

function responseOf(tried: Tried, { status, reason, attempts, latencyMs, answer }: Said): ShadowResponse {
  const { before, source, requestTimeMs, exchangeId } = tried;
  return {
    kind: before === null ? 'first' : 'recovery',
    requestOffset: source.offset,
    requestTime: requestTimeMs,
    exchangeId,
    status,
    reason,
    attempts,
    latencyMs,
    answer,
  };
}
