import { z } from 'zod';
import { jsonPointer, list, section, tolerance } from './fields.ts';

/** How two answers are compared, by kind. Values are found by JSON Pointer in the answers' JSON bodies. */
export type ComparisonConfig = ClassComparisonConfig | NumberComparisonConfig | JsonComparisonConfig;

/** Both answers name a class; the labels must be equal. */
export interface ClassComparisonConfig {
  readonly kind: 'class';
  /** The label. Required. */
  readonly label: string;
  /** The score behind the label; default none. */
  readonly score?: string;
  /** Scores further apart than this differ (absolute, 0 or more); default: scores are not judged. */
  readonly scoreTolerance?: number;
}

/** Both answers hold a number; within either tolerance they agree. */
export interface NumberComparisonConfig {
  readonly kind: 'number';
  /** The number. Required. */
  readonly value: string;
  /** Allowed |a − b|; default 0. */
  readonly absoluteTolerance: number;
  /** Allowed |a − b| / max(|a|, |b|); default 0. */
  readonly relativeTolerance: number;
}

/** Both answers are JSON documents, compared field by field. */
export interface JsonComparisonConfig {
  readonly kind: 'json';
  /** Parts that are not compared; a part of a pointer that is `*` matches every key or index. Default none. */
  readonly ignore: readonly string[];
  /** Allowed |a − b| of numbers; default 0. */
  readonly numberTolerance: number;
}

export const comparisonSection: z.ZodType<ComparisonConfig> = z.discriminatedUnion(
  'kind',
  [
    section({
      kind: z.literal('class'),
      label: jsonPointer(),
      score: jsonPointer().exactOptional(),
      scoreTolerance: tolerance().exactOptional(),
    }),
    section({
      kind: z.literal('number'),
      value: jsonPointer(),
      absoluteTolerance: tolerance().default(0),
      relativeTolerance: tolerance().default(0),
    }),
    section({
      kind: z.literal('json'),
      ignore: list(jsonPointer(), 'JSON Pointers').default([]),
      numberTolerance: tolerance().default(0),
    }),
  ],
  { error: 'a comparison whose kind is one of class, number, json' },
);
