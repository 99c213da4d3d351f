import type { Request } from '@understudy/schemas-avro';
import type { Evidence, LaneEvidence } from './evidence.ts';
import type { Findings } from './findings.ts';
import type { Logged } from './logged.ts';
import type { Recovery } from './recoveries.ts';

/** A copy of a request on its way, by its headers. */
interface Copy {
  readonly requestOffset: number;
  readonly attempts: number;
  readonly offset: number;
  readonly appendedMs: number;
}

/** One partition of a lane: what was deferred, and the way it went. */
interface Way {
  readonly where: string;
  readonly deferred: readonly Copy[];
  /** By retry topic. */
  readonly copies: readonly (readonly Copy[])[];
  readonly letters: readonly Copy[];
  readonly recoveries: readonly Recovery[];
}

/**
 * Every deferred request goes from hop to hop, one copy in each, until it is answered or among the dead letters, and is
 * recovered once. Nothing moves before it is due, or overtakes what was before it in the same topic; each hop is one
 * call more; the record stays as it was.
 */
export function checkRetries(findings: Findings, evidence: Evidence, lane: LaneEvidence): void {
  for (const [partition, shadows] of lane.shadows.entries()) {
    const way: Way = {
      where: `${lane.name} partition ${partition}`,
      deferred: shadows.flatMap(({ value, offset, raw }) =>
        value?.kind === 'first' && value.status === 'deferred'
          ? [{ ...value, offset, appendedMs: raw.timestampMs }]
          : [],
      ),
      copies: lane.retries.map(({ copies }) => (copies[partition] ?? []).map(copyOf)),
      letters: lettersOf(evidence, lane, partition),
      recoveries: lane.recoveries[partition] ?? [],
    };
    findings.once(
      'C1',
      `${way.where}, recovery of request`,
      offsetsOf(way.deferred),
      offsetsOf(way.recoveries),
    );
    checkHops(findings, lane, way);
    const byOffset = new Map(evidence.requests[partition]?.map((request) => [request.offset, request]));
    for (const { copies } of lane.retries) {
      for (const copy of copies[partition] ?? [])
        checkCopy(
          findings,
          `${way.where}, copy at ${copy.offset}`,
          copy,
          byOffset.get(copyOf(copy).requestOffset),
        );
    }
  }
}

/** From the first responses through the retry topics to the dead letters: who has gone how far, and when. */
function checkHops(findings: Findings, lane: LaneEvidence, way: Way): void {
  const answered = new Map(
    way.recoveries.filter(({ outcome }) => outcome === 'answered').map((each) => [each.requestOffset, each]),
  );
  let before = way.deferred;
  for (const [hop, copies] of [...way.copies, way.letters].entries()) {
    const what = `${way.where}, hop ${hop + 1}`;
    // Who was answered by the call before this hop has gone no further.
    const expected = before.filter(({ requestOffset, attempts }) => {
      return hop === 0 || answered.get(requestOffset)?.attempts !== attempts + 1;
    });
    findings.once('C1', `${what}, copy of request`, offsetsOf(expected), offsetsOf(copies));
    findings.same('C1', `${what}: order`, offsetsOf(expected).join(' '), offsetsOf(copies).join(' '));
    const delayMs = lane.retries[hop - 1]?.delayMs ?? 0;
    const calls = hop === 0 ? 0 : 1;
    const byRequest = new Map(before.map((each) => [each.requestOffset, each]));
    for (const copy of copies)
      checkMove(findings, what, byRequest.get(copy.requestOffset), copy, { delayMs, calls });
    if (hop > 0) checkAnswered(findings, what, before, { answered, delayMs });
    before = copies;
  }
  for (const { requestOffset, outcome, attempts } of way.recoveries) {
    if (outcome === 'answered') continue;
    const letter = way.letters.find((each) => each.requestOffset === requestOffset);
    const where = `${way.where}, dead letter of request ${requestOffset}`;
    findings.same('C2', where, `${outcome} ${attempts}`, `dead-lettered ${letter?.attempts ?? 'none'}`);
  }
}

interface Move {
  readonly delayMs: number;
  readonly calls: number;
}

function checkMove(
  findings: Findings,
  what: string,
  from: Copy | undefined,
  to: Copy,
  { delayMs, calls }: Move,
): void {
  if (from === undefined) return; // said already: there should be no such copy
  const where = `${what} of request ${to.requestOffset}`;
  findings.same('C2', `${where}: attempts`, from.attempts + calls, to.attempts);
  checkDue(findings, where, from.appendedMs + delayMs, to.appendedMs);
}

/** Those that were answered by the call before this hop: when due, and in the order of their topic. */
function checkAnswered(
  findings: Findings,
  what: string,
  from: readonly Copy[],
  { answered, delayMs }: { answered: ReadonlyMap<number, Recovery>; delayMs: number },
): void {
  let last = -1;
  for (const { requestOffset, attempts, appendedMs } of from) {
    const recovery = answered.get(requestOffset);
    if (recovery?.attempts !== attempts + 1) continue;
    const where = `${what}, recovery of request ${requestOffset}`;
    checkDue(findings, where, appendedMs + delayMs, recovery.appendedMs);
    if (recovery.offset < last) findings.same('C1', `${where}: order`, `after ${last}`, recovery.offset);
    last = recovery.offset;
  }
}

function checkDue(findings: Findings, where: string, dueMs: number, foundMs: number): void {
  if (foundMs < dueMs) findings.same('C2', `${where}: due`, `at ${dueMs} or later`, foundMs);
}

function checkCopy(
  findings: Findings,
  where: string,
  { raw }: Logged<Request>,
  request: Logged<Request> | undefined,
): void {
  const text = (record: Logged<Request>['raw'] | undefined): string =>
    `${record?.key?.toString('hex')} ${record?.value?.toString('hex')}`;
  findings.same('C2', `${where}: bytes`, text(request?.raw), text(raw));
  const { headers } = raw;
  const appended = isoTime(request?.raw.timestampMs);
  findings.same('C2', `${where}: appended`, appended, headers['understudy-appended'] ?? 'none');
  const time = isoTime(request?.timeMs);
  findings.same('C2', `${where}: request time`, time, headers['understudy-request-time'] ?? 'none');
  const first = headers['understudy-first-failure'] ?? 'none';
  const last = headers['understudy-last-failure'] ?? 'none';
  if (first > last) findings.same('C2', `${where}: last failure`, `${first} or later`, last);
}

/** Of requests that were called: those that nobody can read have no attempts. */
function lettersOf({ deadLetters }: Evidence, { name }: LaneEvidence, partition: number): readonly Copy[] {
  return deadLetters
    .flatMap(({ headers, offset, timestampMs }) =>
      headers['understudy-lane'] === name && headers['understudy-attempts'] !== undefined
        ? [{ source: sourceOf(headers), ...copyFrom(headers, offset, timestampMs) }]
        : [],
    )
    .filter(({ source }) => source.partition === partition);
}

function copyOf({ raw }: Logged<Request>): Copy {
  return copyFrom(raw.headers, raw.offset, raw.timestampMs);
}

function copyFrom(headers: Readonly<Record<string, string>>, offset: number, appendedMs: number): Copy {
  const attempts = Number(headers['understudy-attempts'] ?? -1);
  return { requestOffset: sourceOf(headers).offset, attempts, offset, appendedMs };
}

function sourceOf(headers: Readonly<Record<string, string>>): { partition: number; offset: number } {
  const [, partition, offset] = /\/(\d+)\/(\d+)$/.exec(headers['understudy-source'] ?? '') ?? [];
  return { partition: Number(partition ?? -1), offset: Number(offset ?? -1) };
}

function offsetsOf(all: readonly { readonly requestOffset: number }[]): readonly number[] {
  return all.map(({ requestOffset }) => requestOffset);
}

function isoTime(ms: number | undefined): string {
  return ms === undefined ? 'no such request' : new Date(ms).toISOString();
}
