/** A statistic that has a chi-square distribution in the limit, if there is no difference. */
export interface ChiSquareTest {
  /** At least 0; null where there is nothing to test. */
  readonly statistic: number | null;
  readonly degreesOfFreedom: number | null;
  readonly pValue: number | null;
  /** Why values are null; null where none is. */
  readonly reason: string | null;
}
