/** Numbers in [0, 1), the same for the same seed. */
export type Random = () => number;

/** xorshift32 (Marsaglia 2003). */
export function random(seed: number): Random {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Made-up words, of a vocabulary of 400. */
export function words(next: Random, count: number): readonly string[] {
  const vocabulary = Array.from({ length: 400 }, () => word(next));
  return Array.from({ length: count }, () => vocabulary[Math.floor(next() * 400)] ?? '');
}

function word(next: Random): string {
  const letters = Array.from({ length: 2 + Math.floor(next() * 8) }, () => Math.floor(next() * 26));
  return String.fromCharCode(...letters.map((letter) => 97 + letter));
}
