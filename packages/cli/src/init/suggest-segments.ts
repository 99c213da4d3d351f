import { rankName } from './field-names.ts';
import { leavesOf, type Scalar } from './json-leaves.ts';

/** A field of the request by which agreement could be told apart. */
export interface SuggestedSegment {
  /** JSON Pointer into the request. */
  readonly field: string;
  /** Its value in the example. */
  readonly value: string;
}

const maxSuggestions = 5;
const maxCharacters = 24;

/** Fields of an example request that look like one of a few values: booleans and short words, no ids or times. */
export function suggestSegments(example: unknown): SuggestedSegment[] {
  return leavesOf(example)
    .filter(
      ({ pointer, name, value }) => pointer !== '' && !rankName(name).isAside && looksCategorical(value),
    )
    .slice(0, maxSuggestions)
    .map(({ pointer, value }) => ({ field: pointer, value: String(value) }));
}

function looksCategorical(value: Scalar): boolean {
  if (typeof value !== 'string') return typeof value === 'boolean';
  return (
    value.length <= maxCharacters && /^\p{L}[\p{L}\d_-]*(?: \p{L}+)?$/u.test(value) && !/\d{3}/.test(value)
  );
}
