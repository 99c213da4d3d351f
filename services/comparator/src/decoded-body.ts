import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Answer } from '@understudy/schemas-avro';

/** An answer may unfold to this much; more is left as it came. */
const maxOutputLength = 16 * 1024 * 1024;

/**
 * An answer's body without its content encoding (gzip, deflate, br or zstd, as callers ask for it). A body that can't
 * be decoded stays as it is, and comparing it will say that it isn't what it should be.
 */
export function decodedBody({ headers, body, bodySize }: Answer): Buffer {
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (encoding === undefined || bodySize > body.length) return body;
  try {
    switch (encoding) {
      case 'gzip':
      case 'x-gzip':
        return gunzipSync(body, { maxOutputLength });
      case 'deflate':
        return inflateSync(body, { maxOutputLength });
      case 'br':
        return brotliDecompressSync(body, { maxOutputLength });
      case 'zstd':
        return zstdDecompressSync(body, { maxOutputLength });
      default:
        return body;
    }
  } catch {
    return body;
  }
}
