import { readFileSync } from 'node:fs';
import type { RecordSchema } from './schema-model.ts';

/** Every record type of the system, and the file in `schemas/` that is its source of truth. */
export const recordNames = [
  'request',
  'production-response',
  'shadow-response',
  'comparison',
  'window-part',
  'divergence',
  'verdict',
  'alert',
  'label',
  'review',
  'experiment',
  'run',
] as const;

export type RecordName = (typeof recordNames)[number];

const folder = new URL('../../../schemas/', import.meta.url);

/** The schema as it stands in `schemas/<name>.avsc`. */
export function loadSchema(name: RecordName): RecordSchema {
  return JSON.parse(readFileSync(new URL(`${name}.avsc`, folder), 'utf8')) as RecordSchema;
}
