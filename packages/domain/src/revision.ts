import { nextBoundary } from './window.ts';

/**
 * An experiment's revisions are numbered from 1. The first holds from the beginning of time; each other one from a window
 * boundary on that lies so far after its record was appended, by the log's clock, that everybody has read it by then.
 */
export const revisionLeadMs = 30_000;

const header = 'understudy-revision';

/** The header of a record that says which revision was in force for what it is about. */
export function revisionHeaders(revision: number): Readonly<Record<string, string>> {
  return { [header]: String(revision) };
}

/** Null where the header is absent, or is no number. */
export function revisionOf(headers: Readonly<Record<string, string>>): number | null {
  const text = headers[header];
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** The first window boundary that a revision may take effect at. @param appendedMs - of its record, ms since the epoch */
export function earliestEffect(appendedMs: number, windowMs: number): number {
  return nextBoundary(appendedMs + revisionLeadMs, windowMs);
}
