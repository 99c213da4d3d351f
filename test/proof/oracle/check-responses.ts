import type { LaneEvidence } from './evidence.ts';
import type { Logged } from './logged.ts';
import type { Request, ShadowResponse } from '@understudy/schemas-avro';
import { fieldOf } from './fate.ts';
import type { Findings } from './findings.ts';

/**
 * Every sampled request has exactly one first shadow response, in the order of the requests, and others have none;
 * progress never runs ahead of what is still to come; each names the request's own time and id. Recoveries come when
 * they come.
 */
export function checkResponses(
  findings: Findings,
  lane: LaneEvidence,
  requests: readonly (readonly Logged<Request>[])[],
): void {
  for (const [partition, responses] of lane.shadows.entries()) {
    const where = `${lane.name} partition ${partition}, shadow response to request`;
    const firsts = responses.filter(({ value }) => value?.kind === 'first');
    const expected = (lane.entries[partition] ?? []).map(({ request }) => request.offset);
    findings.once('C1', where, expected, firsts.map(requestOffset));
    const byOffset = new Map(requests[partition]?.map((request) => [request.offset, request]));
    let frontier = -1;
    for (const response of responses) {
      const offset = requestOffset(response);
      if (!isAfter(response, frontier)) {
        const found = `request ${offset} at ${response.offset}`;
        findings.add({ check: 'C1', where, expected: `order: after request ${frontier}`, found });
      }
      if (response.value?.kind !== 'recovery') frontier = Math.max(frontier, offset);
      const request = byOffset.get(offset);
      if (request === undefined) findings.same('C2', `${where} ${offset}`, 'a request', 'no such record');
      else checkResponse(findings, `${where} ${offset}`, request, response);
    }
  }
}

function isAfter(response: Logged<ShadowResponse>, frontier: number): boolean {
  const offset = requestOffset(response);
  const kind = response.value?.kind;
  if (kind === 'recovery') return offset <= frontier;
  return kind === 'first' ? offset > frontier : offset >= frontier;
}

function checkResponse(
  findings: Findings,
  where: string,
  request: Logged<Request>,
  { value }: Logged<ShadowResponse>,
): void {
  findings.same('C2', `${where}: its time`, request.timeMs, value?.requestTime ?? 0);
  if (value === null || value.kind === 'progress') return;
  findings.same('C2', `${where}: its id`, request.value?.exchangeId ?? 'none', value.exchangeId ?? 'none');
  const skip = skipReason(request);
  if (value.kind === 'first' && (skip !== null || value.status === 'skipped'))
    findings.same('C2', `${where}: skipped`, skip ?? 'not', value.reason ?? 'not');
  // The stub says whose answer it is: the pair is right, not only the count.
  const echoed = value.answer === null ? undefined : fieldOf(value.answer.body, 'exchangeId');
  if (typeof echoed === 'string')
    findings.same('C2', `${where}: whose answer`, request.value?.exchangeId ?? 'nobody', echoed);
}

function skipReason({ kind, value }: Logged<Request>): string | null {
  if (kind === 'unreadable') return 'unreadable';
  return value !== null && value.bodySize > value.body.length ? 'request-truncated' : null;
}

function requestOffset({ value }: Logged<ShadowResponse>): number {
  return value?.requestOffset ?? -1;
}
