/** One side's answer, as it was captured. */
export interface Answer {
  /** HTTP status code. */
  readonly status: number;
  /** As the side sent it. Not consulted: what the bytes are is seen by reading them. */
  readonly contentType: string | null;
  readonly body: Uint8Array;
  /** Whether the body is only the beginning of what was sent. */
  readonly truncated: boolean;
}

export function haveEqualBodies({ body: a }: Answer, { body: b }: Answer): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
