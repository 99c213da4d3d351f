import type { Location } from '../json/location.ts';
import { locationOption, shareOption, toleranceOption } from '../options.ts';

/** Vectors must point the same way. */
export interface EmbeddingOptions {
  readonly kind: 'embedding';
  /** Where the vector is: a list of numbers, or 32-bit floats, little-endian, as base64. */
  readonly vector: string;
  /** The least cosine of vectors that agree, above 0 and up to 1; default 0.99. */
  readonly minimum?: number;
  /** How far apart their lengths may be as a share of the longer one; by default lengths are not judged. */
  readonly scaleTolerance?: number;
}

export interface EmbeddingPlan {
  readonly kind: 'embedding';
  readonly vector: Location;
  readonly minimum: number;
  readonly scaleTolerance: number | null;
}

export function embeddingPlan({ vector, minimum, scaleTolerance }: EmbeddingOptions): EmbeddingPlan {
  return {
    kind: 'embedding',
    vector: locationOption('vector', vector),
    minimum: shareOption('minimum', minimum ?? 0.99),
    scaleTolerance: scaleTolerance === undefined ? null : toleranceOption('scaleTolerance', scaleTolerance),
  };
}
