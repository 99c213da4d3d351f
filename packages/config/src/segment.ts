import type { z } from 'zod';
import { list, number, section, text } from './fields.ts';

/** A part of the requests that gets an agreement of its own, by the value of one field of the request body. */
export interface SegmentConfig {
  /** Default: the last part of `field`. */
  readonly name: string;
  /** JSON Pointer into the request's JSON body. Required. */
  readonly field: string;
  /** The values that are told apart, 1 to 100; every other value counts under `other`. Required. */
  readonly values: readonly string[];
  /** Agreement below this is too low, 0 to 1; default: the experiment's margin − 0.05. */
  readonly margin: number;
}

/** A segment before its experiment's margin is known. */
export type GivenSegment = Omit<SegmentConfig, 'margin'> & { readonly margin?: number };

/** The name under which the values that were not declared are pooled. */
export const pooledValue = 'other';

const maxValues = 100;

export const segmentSection: z.ZodType<GivenSegment> = section({
  name: text(/^[^\p{Cc}]{1,80}$/u, 'a name of 1 to 80 characters').optional(),
  field: text(/^(\/([^~/]|~[01])*)+$/, 'a JSON Pointer with at least one part, such as /applicant/income'),
  values: list(
    text(/^.{1,200}$/s, 'text of 1 to 200 characters (write numbers and true/false in quotes)'),
    'values',
    1,
  ).max(maxValues, `a list of at most ${maxValues} values`),
  margin: number(0, 1).exactOptional(),
}).transform(({ name, ...same }) => ({ name: name ?? lastPart(same.field), ...same }));

export function withMargin(segment: GivenSegment, experimentMargin: number): SegmentConfig {
  return { ...segment, margin: segment.margin ?? defaultMargin(experimentMargin) };
}

/** Rounded, so that 0.95 gives 0.9 and not 0.8999999999999999. */
function defaultMargin(experimentMargin: number): number {
  return Math.max(0, Math.round((experimentMargin - 0.05) * 1e6) / 1e6);
}

/** `/applicant/a~1b` is about `a/b`. */
export function lastPart(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~');
}
