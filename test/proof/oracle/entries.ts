import { createHash } from 'node:crypto';
import type { ProductionResponse, ProductionResult, Request, ShadowResponse } from '@understudy/schemas-avro';
import { type Fate, fateOf, fieldOf } from './fate.ts';
import type { Logged } from './logged.ts';
import type { LaneRules } from './task.ts';

/** A sampled request of one lane, and everything that a window takes from it. */
export interface Entry {
  readonly request: Logged<Request>;
  readonly windowStart: number;
  /** Offset null: in the request's own record. */
  readonly production: { readonly offset: number | null; readonly result: ProductionResult } | null;
  /** The first one for this request; null: there is none. */
  readonly shadow: Logged<ShadowResponse> | null;
  readonly fate: Fate;
  /** The value of the declared segment; null for a request that can't be read. */
  readonly segment: string | null;
}

/** One partition of the three inputs of a lane. */
export interface PartitionLogs {
  readonly requests: readonly Logged<Request>[];
  readonly productions: readonly Logged<ProductionResponse>[];
  readonly shadows: readonly Logged<ShadowResponse>[];
}

/** How much earlier than its request a production response may have been appended. */
const earliestMs = 10_000;

/** The requests of a lane's run in one partition, whether sampled or not. */
export function requestsOfRun(
  rules: LaneRules,
  runStart: number,
  requests: readonly Logged<Request>[],
): readonly Logged<Request>[] {
  return requests.filter(
    ({ kind, value, timeMs }) =>
      timeMs >= runStart &&
      (kind === 'unreadable' || (kind === 'value' && value?.experiment === rules.experiment)),
  );
}

/** Nobody can tell from a request that can't be read that it is not to be sampled. */
export function isSampled(rules: LaneRules, { kind, value }: Logged<Request>): boolean {
  if (kind === 'unreadable' || value === null) return true;
  const { rate, salt } = rules.sampling;
  const key = value.session ?? value.exchangeId;
  const first48Bits = createHash('sha256').update(`${salt}\0${key}`).digest().readUIntBE(0, 6);
  return first48Bits < rate * 2 ** 48;
}

/** What the lane's windows of one partition are made of, in the order of the requests. */
export function entriesOf(rules: LaneRules, runStart: number, logs: PartitionLogs): readonly Entry[] {
  const productions = Map.groupBy(
    logs.productions.filter(({ value }) => value?.experiment === rules.experiment),
    ({ value }) => value?.exchangeId,
  );
  const shadows = Map.groupBy(
    logs.shadows.filter(({ value }) => value?.kind === 'first'),
    ({ value }) => value?.requestOffset,
  );
  return requestsOfRun(rules, runStart, logs.requests)
    .filter((request) => isSampled(rules, request))
    .map((request) => {
      const candidates = productions.get(request.value?.exchangeId) ?? [];
      const production = productionOf(rules, request, candidates);
      const shadow = shadows.get(request.offset)?.[0] ?? null;
      const isReadable = request.value !== null;
      return {
        request,
        windowStart: Math.floor(request.timeMs / rules.windowMs) * rules.windowMs,
        production,
        shadow,
        fate: fateOf(rules, {
          isReadable,
          production: production?.result ?? null,
          shadow: shadow?.value ?? null,
        }),
        segment: request.value === null ? null : segmentOf(rules, request.value),
      };
    });
}

/** Of all within the time, the one of lowest offset; a match uses nothing up. */
function productionOf(
  { deadlineMs }: LaneRules,
  request: Logged<Request>,
  candidates: readonly Logged<ProductionResponse>[],
): Entry['production'] {
  if (request.value === null) return null;
  if (request.value.production !== null) return { offset: null, result: request.value.production };
  const found = candidates.find(({ timeMs }) => {
    const afterMs = timeMs - request.timeMs;
    return afterMs >= -earliestMs && afterMs <= deadlineMs;
  });
  return found?.value ? { offset: found.offset, result: found.value.result } : null;
}

function segmentOf({ segment }: LaneRules, request: Request): string {
  const value = fieldOf(request.body, segment.field);
  return typeof value === 'string' && segment.values.includes(value) ? value : 'other';
}
