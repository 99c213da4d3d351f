import { extractValue, parseJsonBody, parsePointer } from '@understudy/comparison';
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
  const latencyMs = which === 'production' ? pair.productionLatencyMs : pair.shadowLatencyMs;
  const compared = comparedValues(body, comparison);
  const says = compared.length > 0 ? compared : pair.differences.map((found) => found[which] ?? 'nothing');
  return { says: says.map(plain).join(' '), latencyMs, body: body.toString() };
}

/** The label and the score behind it, or the number; none where a body is cut, encoded or of another shape. */
function comparedValues(body: Buffer, comparison: ComparisonConfig | null): readonly string[] {
  const parsed = parseJsonBody(body);
  if (!parsed.ok || comparison === null) return [];
  const pointers = pointersOf(comparison);
  const values = pointers.map((pointer) => extractValue(parsed.value, parsePointer(pointer)));
  return values[0] === undefined ? [] : values.flatMap((value) => (value === undefined ? [] : [text(value)]));
}

function pointersOf(comparison: ComparisonConfig): readonly string[] {
  switch (comparison.kind) {
    case 'class':
      return comparison.score === undefined ? [comparison.label] : [comparison.label, comparison.score];
    case 'number':
      return [comparison.value];
    case 'json':
      return [];
  }
}

function plainValues(body: Buffer): PairView['fields'] {
  const parsed = parseJsonBody(body);
  if (!parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) return [];
  return Object.entries(parsed.value)
    .filter(([, value]) => typeof value !== 'object' || value === null)
    .slice(0, maxFields)
    .map(([name, value]) => ({ name: cut(name), value: text(value) }));
}

/** Numbers of many digits are rounded: 0.9934112 says no more than 0.993 to a reader; the body has all digits. */
function text(value: unknown): string {
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(3)));
  return cut(typeof value === 'string' ? value : JSON.stringify(value));
}

/** A difference's value is canonical JSON; a string in it is read without its quotes. */
function plain(value: string): string {
  return /^"[^"\\]*"$/.test(value) ? value.slice(1, -1) : value;
}

function cut(value: string): string {
  return value.length > maxText ? `${value.slice(0, maxText)}…` : value;
}
