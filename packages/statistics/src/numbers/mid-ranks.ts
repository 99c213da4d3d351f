export interface MidRanks {
  /** Of each value in its place, from 1; equal values share the mean of their ranks. */
  readonly ranks: Float64Array;
  /** `t³ - t`, summed over every group of t equal values: what ties take from a variance of ranks. */
  readonly ties: number;
}

/** The ranks of values, in n log n steps. */
export function midRanks(values: Float64Array): MidRanks {
  const order = Uint32Array.from(values, (_, place) => place).sort(
    (a, b) => (values[a] ?? 0) - (values[b] ?? 0),
  );
  const ranks = new Float64Array(values.length);
  let ties = 0;
  for (let from = 0; from < order.length;) {
    const value = values[order[from] ?? 0];
    let to = from + 1;
    while (to < order.length && values[order[to] ?? 0] === value) to++;
    for (const place of order.subarray(from, to)) ranks[place] = (from + 1 + to) / 2;
    const size = to - from;
    ties += size * size * size - size;
    from = to;
  }
  return { ranks, ties };
}
