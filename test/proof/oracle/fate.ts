import { isDeepStrictEqual } from 'node:util';
import type { Answer, ProductionResult, ShadowResponse } from '@understudy/schemas-avro';
import type { LaneRules } from './task.ts';

/** What a window counts of one sampled request: compared, or the one reason why not. */
export type Fate =
  | {
      readonly compared: true;
      readonly agreed: boolean;
      readonly categories: readonly string[];
      /** Both classes as JSON text, production's first; null: different in status, or errors, which have none. */
      readonly outputs: readonly [string, string] | null;
    }
  | { readonly compared: false; readonly reason: string };

export interface Sides {
  readonly isReadable: boolean;
  readonly production: ProductionResult | null;
  /** Null: there is none, which is never right. */
  readonly shadow: ShadowResponse | null;
}

/** Answers of this status and above say what was wrong with the request. */
const firstErrorStatus = 400;

const reasonByStatus: Readonly<Record<string, string>> = {
  failed: 'shadow-failed',
  timed_out: 'shadow-timed-out',
  deferred: 'shadow-deferred',
  dead_lettered: 'shadow-dead-lettered',
  shed: 'shadow-shed',
  skipped: 'shadow-skipped',
};

/** Production's side decides first: where its users got no answer, there is nothing to agree with. */
export function fateOf(rules: LaneRules, { isReadable, production, shadow }: Sides): Fate {
  if (!isReadable) return { compared: false, reason: 'request-unreadable' };
  if (production === null) return { compared: false, reason: 'missing-production-response' };
  if (production.outcome === 'timed_out') return { compared: false, reason: 'production-timed-out' };
  const ours = production.answer;
  if (ours === null || ours.status >= 500) return { compared: false, reason: 'production-failed' };
  if (shadow?.status !== 'answered' || shadow.answer === null)
    return { compared: false, reason: reasonOf(shadow) };
  return compared(rules.label, ours, shadow.answer);
}

function reasonOf(shadow: ShadowResponse | null): string {
  if (shadow?.status === 'skipped' && shadow.reason === 'session-broken') return 'session-broken';
  return reasonByStatus[shadow?.status ?? ''] ?? 'no shadow response';
}

function compared(label: string, production: Answer, shadow: Answer): Fate {
  if (production.status !== shadow.status)
    return { compared: true, agreed: false, categories: ['status'], outputs: null };
  if (isCut(production) || isCut(shadow)) return { compared: false, reason: 'not-comparable' };
  if (production.status >= firstErrorStatus) {
    const agreed = isDeepStrictEqual(saidBy(production), saidBy(shadow));
    return { compared: true, agreed, categories: agreed ? [] : ['error'], outputs: null };
  }
  const ours = labelIn(production, label);
  const theirs = labelIn(shadow, label);
  if (ours === null || theirs === null) return { compared: false, reason: 'not-comparable' };
  const agreed = ours === theirs;
  return { compared: true, agreed, categories: agreed ? [] : ['class'], outputs: [ours, theirs] };
}

function isCut({ body, bodySize }: Answer): boolean {
  return bodySize > body.length;
}

/** What an error says: its JSON, or its text. */
function saidBy({ body }: Answer): unknown {
  try {
    return JSON.parse(body.toString()) as unknown;
  } catch {
    return body.toString();
  }
}

/** The class as JSON text; null where the body is no JSON, or has no class. */
function labelIn({ body }: Answer, label: string): string | null {
  const value = fieldOf(body, label);
  return ['string', 'number', 'boolean'].includes(typeof value) ? JSON.stringify(value) : null;
}

/** A top-level field of a JSON body; undefined where there is none, or no JSON. */
export function fieldOf(body: Buffer, field: string): unknown {
  try {
    const value = JSON.parse(body.toString()) as unknown;
    return typeof value === 'object' && value !== null
      ? (value as Record<string, unknown>)[field]
      : undefined;
  } catch {
    return undefined;
  }
}
