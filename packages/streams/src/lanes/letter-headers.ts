/**
 * The headers by which a record that waits to be tried again, or was given up, says what became of it: text that a
 * person can read in any tool. The record itself stays as it was; these stand beside its own headers.
 */
const names = {
  lane: 'understudy-lane',
  stage: 'understudy-stage',
  reason: 'understudy-reason',
  attempts: 'understudy-attempts',
  source: 'understudy-source',
  appended: 'understudy-appended',
  requestTime: 'understudy-request-time',
  firstFailure: 'understudy-first-failure',
  lastFailure: 'understudy-last-failure',
  redrives: 'understudy-redrives',
} as const;

const settlementNames = {
  settles: 'understudy-settles',
  settlement: 'understudy-settlement',
  settled: 'understudy-settled',
} as const;

const stages = ['shadow-invoker', 'comparator'] as const;
const settlements = ['redriven', 'discarded'] as const;

/** The service that could not go on with a record. */
export type LetterStage = (typeof stages)[number];

/** Where a record stood when it was read for the first time. */
export interface RecordSource {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

/** What is known of a record that waits to be tried again, or was given up. Times are ms since the epoch. */
export interface Letter {
  /** The lane's name: `(experiment).(shadow).(run)`. */
  readonly lane: string;
  readonly stage: LetterStage;
  /** `http-503`, `transport: ECONNREFUSED`, `no answer within 500 ms`, `unreadable: …` */
  readonly reason: string;
  readonly source: RecordSource;
  /** When the record was appended at its source. */
  readonly appendedMs: number;
  /** Of a request that was called; null: the record could not be read. */
  readonly calls: LetterCalls | null;
}

/** The calls of a request that have failed so far. */
export interface LetterCalls {
  /** Calls made, at least 1. */
  readonly attempts: number;
  /** Log time at the request: the prefix maximum of append times of its partition. */
  readonly requestTimeMs: number;
  readonly firstFailureMs: number;
  readonly lastFailureMs: number;
  /** How often a person has sent it back from the dead letters. */
  readonly redrives: number;
}

/** What was done about a dead letter: a record of its own, without value, in the letter's partition and with its key. */
export interface Settlement {
  /** Offset of the letter. */
  readonly letterOffset: number;
  readonly settlement: (typeof settlements)[number];
  /** Ms since the epoch. */
  readonly settledMs: number;
}

type Headers = Readonly<Record<string, string>>;

export function formatLetter({ lane, stage, reason, source, appendedMs, calls }: Letter): Headers {
  return {
    [names.lane]: lane,
    [names.stage]: stage,
    [names.reason]: reason,
    [names.source]: `${source.topic}/${source.partition}/${source.offset}`,
    [names.appended]: isoTime(appendedMs),
    ...(calls !== null && formatCalls(calls)),
  };
}

const ours: ReadonlySet<string> = new Set(Object.values(names));

/**
 * A letter's headers beside the record's own. Those that the record had of an earlier letter are left out: it may have
 * been copied by hand from the dead letters to where requests stand, and would count what became of another.
 */
export function withLetter(own: Headers, letter: Letter): Headers {
  const kept = Object.entries(own).filter(([name]) => !ours.has(name));
  return { ...Object.fromEntries(kept), ...formatLetter(letter) };
}

/** What the headers say; null if they are not those of a letter. */
export function parseLetter(headers: Headers): Letter | null {
  const { [names.lane]: lane, [names.reason]: reason } = headers;
  const stage = stages.find((known) => known === headers[names.stage]);
  const source = parseSource(headers[names.source]);
  const appendedMs = parseTime(headers[names.appended]);
  const calls = headers[names.attempts] === undefined ? null : parseCalls(headers);
  if (lane === undefined || reason === undefined || stage === undefined) return null;
  if (source === null || appendedMs === null || calls === undefined) return null;
  return { lane, stage, reason, source, appendedMs, calls };
}

export function formatSettlement({ letterOffset, settlement, settledMs }: Settlement): Headers {
  return {
    [settlementNames.settles]: String(letterOffset),
    [settlementNames.settlement]: settlement,
    [settlementNames.settled]: isoTime(settledMs),
  };
}

/** What the headers say; null if they are not those of a settlement. */
export function parseSettlement(headers: Headers): Settlement | null {
  const letterOffset = parseCount(headers[settlementNames.settles]);
  const settlement = settlements.find((known) => known === headers[settlementNames.settlement]);
  const settledMs = parseTime(headers[settlementNames.settled]);
  if (letterOffset === null || settlement === undefined || settledMs === null) return null;
  return { letterOffset, settlement, settledMs };
}

function formatCalls(calls: LetterCalls): Headers {
  const { attempts, requestTimeMs, firstFailureMs, lastFailureMs, redrives } = calls;
  return {
    [names.attempts]: String(attempts),
    [names.requestTime]: isoTime(requestTimeMs),
    [names.firstFailure]: isoTime(firstFailureMs),
    [names.lastFailure]: isoTime(lastFailureMs),
    ...(redrives > 0 && { [names.redrives]: String(redrives) }),
  };
}

/** Undefined: they are there, but make no sense. */
function parseCalls(headers: Headers): LetterCalls | undefined {
  const attempts = parseCount(headers[names.attempts]);
  const requestTimeMs = parseTime(headers[names.requestTime]);
  const firstFailureMs = parseTime(headers[names.firstFailure]);
  const lastFailureMs = parseTime(headers[names.lastFailure]);
  const redrives = parseCount(headers[names.redrives] ?? '0');
  if (attempts === null || requestTimeMs === null || redrives === null) return undefined;
  if (firstFailureMs === null || lastFailureMs === null) return undefined;
  return { attempts, requestTimeMs, firstFailureMs, lastFailureMs, redrives };
}

function parseSource(text = ''): RecordSource | null {
  const [, topic, partition, offset] = /^(.+)\/(\d{1,9})\/(\d{1,15})$/.exec(text) ?? [];
  if (topic === undefined) return null;
  return { topic, partition: Number(partition), offset: Number(offset) };
}

function parseCount(text = ''): number | null {
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

function parseTime(text = ''): number | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : ms;
}
