/** How likely a difference at least as large would be if there were none. */
export interface PValue {
  /** Two-sided, in [0, 1]; null where there is nothing to test. */
  readonly pValue: number | null;
  /** Why it is null; null where it isn't. */
  readonly reason: string | null;
}
