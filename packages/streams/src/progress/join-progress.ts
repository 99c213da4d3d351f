import { type Lane, laneName } from '@understudy/domain';

/** The group that joins, merges and judges a lane. */
export function comparatorGroupId(prefix: string, lane: Lane): string {
  return `${prefix}${laneName(lane)}.comparator`;
}

/** What others may know of a join's committed state. */
export interface OpenWindowState {
  /** Start of the first open window, ms since the epoch. */
  readonly start: number;
}
