import { jsonPatch, locate, parseJsonBody, parseLocation } from '@understudy/comparison';
import type { ComparisonConfig } from '@understudy/config';
import type { DivergingPair } from '@understudy/schemas-avro';
import type { PairView, SideView } from './views.ts';

const maxFields = 24;
const maxText = 120;

/** How a pair is put into words. `comparison` is null where no config of ours names its experiment. */
export function pairView(pair: DivergingPair, comparison: ComparisonConfig | null): PairView {
  const { exchangeId, requestId, requestTime, score, differences, segments } = pair;
  const requestBody = pair.requestBody.toString();
  return {
    exchangeId,
    requestId,
    requestTime,
    score,
    production: side(pair, 'production', comparison),
    shadow: side(pair, 'shadow', comparison),
    differences,
    patch: comparison?.kind === 'json' ? patchOf(pair) : null,
    segments,
    fields: plainValues(pair.requestBody),
    requestBody,
  };
}

function side(
  pair: DivergingPair,
  which: 'production' | 'shadow',
  comparison: ComparisonConfig | null,
): SideView {
  const body = which === 'production' ? pair.productionBody : pair.shadowBody;
  const output = which === 'production' ? pair.productionOutput : pair.shadowOutput;
  const latencyMs = which === 'production' ? pair.productionLatencyMs : pair.shadowLatencyMs;
  const says =
    output === null
      ? pair.differences.map((found) => found[which] ?? 'nothing')
      : [output, ...scoreIn(body, comparison)];
  return { says: says.map(plain).join(' '), latencyMs, body: body.toString() };
}

/** Null where a body is not JSON, or was cut. */
function patchOf({ productionBody, shadowBody }: DivergingPair): string | null {
  const production = parseJsonBody(productionBody);
  const shadow = parseJsonBody(shadowBody);
  if (!production.ok || !shadow.ok) return null;
  return JSON.stringify(jsonPatch(production.value, shadow.value));
}

/** The score behind a label; none where the body is cut, encoded or has none. */
function scoreIn(body: Buffer, comparison: ComparisonConfig | null): readonly string[] {
  if (comparison?.kind !== 'class' || comparison.score === undefined) return [];
  const parsed = parseJsonBody(body);
  if (!parsed.ok) return [];
  const score = locate(parsed.value, parseLocation(comparison.score));
  return score.ok ? [JSON.stringify(score.value)] : [];
}

function plainValues(body: Buffer): PairView['fields'] {
  const parsed = parseJsonBody(body);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return [];
  return Object.entries(parsed.value)
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .slice(0, maxFields)
    .map(([name, value]) => ({ name: cut(name), value: text(value) }));
}

/** A value in JSON for a reader: strings without quotes, numbers of many digits rounded; the body has all. */
function plain(json: string): string {
  const value = parseJsonBody(Buffer.from(json));
  return value.ok ? text(value.value) : cut(json);
}

function text(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(3)));
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

function cut(value: string): string {
  return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
}
