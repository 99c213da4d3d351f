/** A vector's numbers. */
export type Vector = ArrayLike<number>;

/** The angle between two vectors, and how long they are. */
export interface VectorComparison {
  /** In [-1, 1]; null where a vector has no direction: it is all zeros. */
  readonly cosine: number | null;
  /** Euclidean lengths. */
  readonly lengths: readonly [a: number, b: number];
}

/** Squares within these neither overflow nor lose digits. */
const leastSquare = 1e-280;
const largestSquare = 1e280;

/** Compares two vectors of one dimension, of finite numbers. The cosine is the same both ways round. */
export function compareVectors(a: Vector, b: Vector): VectorComparison {
  let dot = 0;
  let squareA = 0;
  let squareB = 0;
  for (let index = 0; index < a.length; index++) {
    const x = a[index] ?? 0;
    const y = b[index] ?? 0;
    dot += x * y;
    squareA += x * x;
    squareB += y * y;
  }
  if (!isPlain(squareA) || !isPlain(squareB)) return compareScaled(a, b);
  return vectorComparison(dot / (Math.sqrt(squareA) * Math.sqrt(squareB)), [
    Math.sqrt(squareA),
    Math.sqrt(squareB),
  ]);
}

function isPlain(square: number): boolean {
  return square >= leastSquare && square <= largestSquare;
}

function vectorComparison(cosine: number, lengths: VectorComparison['lengths']): VectorComparison {
  return { cosine: Math.max(-1, Math.min(1, cosine)), lengths };
}

/** Divides by the largest number first. */
function compareScaled(a: Vector, b: Vector): VectorComparison {
  const [scaleA, scaleB] = [largest(a), largest(b)];
  const [unitA, unitB] = [divided(a, scaleA), divided(b, scaleB)];
  const [lengthA, lengthB] = [Math.sqrt(dot(unitA, unitA)), Math.sqrt(dot(unitB, unitB))];
  const lengths = [lengthA * scaleA, lengthB * scaleB] as const;
  const isZero = scaleA === 0 || scaleB === 0;
  return isZero
    ? { cosine: null, lengths }
    : vectorComparison(dot(unitA, unitB) / (lengthA * lengthB), lengths);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (const [index, x] of a.entries()) sum += x * (b[index] ?? 0);
  return sum;
}

function largest(vector: Vector): number {
  let most = 0;
  for (let index = 0; index < vector.length; index++) most = Math.max(most, Math.abs(vector[index] ?? 0));
  return most;
}

function divided(vector: Vector, by: number): readonly number[] {
  return Array.from(vector, (value) => (by === 0 ? 0 : value / by));
}
