/** Draws numbers in [0, limit) that a seed determines: mulberry32 of Tommy Ettinger. */
export type Draw = (limit: number) => number;

export function drawing(seed: number): Draw {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit;
  };
}

/** A whole number of at least 0 and less than `limit`. */
export function below(draw: Draw, limit: number): number {
  return Math.floor(draw(limit));
}
