import type { ShadowResponse } from '@understudy/schemas-avro';
import type { Entry } from './entries.ts';
import { type Fate, fateOf } from './fate.ts';
import type { Logged } from './logged.ts';
import type { LaneRules } from './task.ts';

/** What became of one deferred request, and the window that counts it. */
export interface Recovery {
  readonly partition: number;
  /** Of the shadow response, and of the request that it is about. */
  readonly offset: number;
  readonly requestOffset: number;
  readonly windowStart: number;
  readonly outcome: string;
  readonly attempts: number;
  readonly appendedMs: number;
  /** Null: it was given up. */
  readonly correction: Correction | null;
}

/** What comparing a recovered request finds, and with what. */
export interface Correction {
  readonly entry: Entry;
  readonly shadow: Logged<ShadowResponse>;
  readonly windowStart: number;
  readonly fate: Fate;
  /** Null: that of the whole lane only. */
  readonly segment: string | null;
}

/**
 * The recoveries of one partition, in the order of the log. One belongs to the window of the last first response or
 * progress record before it. One with an answer is compared as its request's own entry would have been; one that comes
 * again is not.
 */
export function recoveriesOf(
  rules: LaneRules,
  shadows: readonly Logged<ShadowResponse>[],
  entries: readonly Entry[],
): readonly Recovery[] {
  const { windowMs } = rules;
  const byOffset = new Map(entries.map((entry) => [entry.request.offset, entry]));
  const answered = new Set<number>();
  const recoveries: Recovery[] = [];
  let frontierMs = 0;
  for (const shadow of shadows) {
    const { partition, offset, value, raw } = shadow;
    if (value === null) continue;
    const { kind, requestOffset, requestTime, status, attempts } = value;
    if (kind !== 'recovery') {
      frontierMs = requestTime;
      continue;
    }
    const windowStart = Math.floor(frontierMs / windowMs) * windowMs;
    const outcome = (status ?? 'none').replace('_', '-');
    const appendedMs = raw.timestampMs;
    const entry = status === 'answered' ? byOffset.get(requestOffset) : undefined;
    const correction =
      entry === undefined
        ? null
        : correctionOf(rules, { entry, shadow, windowStart, isRepeated: answered.has(requestOffset) });
    if (status === 'answered') answered.add(requestOffset);
    recoveries.push({
      partition,
      offset,
      requestOffset,
      windowStart,
      outcome,
      attempts,
      appendedMs,
      correction,
    });
  }
  return recoveries;
}

function correctionOf(
  rules: LaneRules,
  { isRepeated, ...found }: Omit<Correction, 'fate' | 'segment'> & { readonly isRepeated: boolean },
): Correction {
  const { entry, shadow } = found;
  if (isRepeated) return { ...found, fate: { compared: false, reason: 'recovered-before' }, segment: null };
  const fate = fateOf(rules, {
    isReadable: entry.request.value !== null,
    production: entry.production?.result ?? null,
    shadow: shadow.value,
  });
  return { ...found, fate, segment: entry.segment };
}
