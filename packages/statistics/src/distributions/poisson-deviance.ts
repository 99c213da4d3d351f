/**
 * `x ln(x / mean) - x + mean`, at least 0: how far x lies from a mean, as the logarithms of Poisson, binomial, gamma
 * and beta probabilities have it. Written with the relative distance, it keeps its digits where x is near the mean:
 * Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000).
 */
export function poissonDeviance(x: number, mean: number): number {
  if (x === 0) return mean;
  if (x > 2 * mean) return x * (Math.log(x) - Math.log(mean)) - (x - mean);
  const distance = (x - mean) / mean;
  return mean * ((1 + distance) * Math.log1p(distance) - distance);
}
