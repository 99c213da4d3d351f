/** Below this the terms of the one series shrink fast, above it those of the other. */
const seriesChange = 1;

/**
 * The limit of the probability that √(nm/(n+m)) times the greatest distance of two samples' distribution functions is
 * above x. Kolmogorov's series of 1933, and below 1 the same by Jacobi's theta transformation: Marsaglia, Tsang and
 * Wang, "Evaluating Kolmogorov's Distribution", Journal of Statistical Software 8 (2003).
 */
export function kolmogorovUpperTail(x: number): number {
  if (x <= 0) return 1;
  return x < seriesChange ? 1 - lowerSeries(x) : upperSeries(x);
}

function lowerSeries(x: number): number {
  const rate = (Math.PI * Math.PI) / (8 * x * x);
  let sum = 0;
  for (let odd = 1; ; odd += 2) {
    const term = Math.exp(-odd * odd * rate);
    sum += term;
    if (term <= sum * Number.EPSILON) return (Math.sqrt(2 * Math.PI) / x) * sum;
  }
}

function upperSeries(x: number): number {
  let sum = 0;
  for (let k = 1, sign = 1; ; k++, sign = -sign) {
    const term = Math.exp(-2 * k * k * x * x);
    sum += sign * term;
    if (term <= sum * Number.EPSILON) return Math.min(1, 2 * sum);
  }
}
