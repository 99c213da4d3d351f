import type { ProductionOutcome } from '@understudy/schemas-avro';
import { CallEnded } from './production-calls.ts';

/** Why production gave no answer, or not all of one. */
export interface Failure {
  readonly outcome: Exclude<ProductionOutcome, 'answered'>;
  /** For the record; may name addresses. */
  readonly error: string;
  /** What the caller is told, if nothing was sent to it before. */
  readonly reply: { readonly status: 502 | 504; readonly error: string; readonly message: string };
}

/** What undici calls a time limit. */
const timeoutCodes: ReadonlySet<string> = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** @param begun how far the answer had come; null if not even its head had */
export function failureOf(
  error: unknown,
  begun: { readonly status: number; readonly bytes: number } | null,
): Failure {
  const { code, message } = describe(error);
  const place = begun === null ? '' : `, after ${begun.bytes} bytes of an answer with status ${begun.status}`;
  const text = `${code === null ? '' : `${code}: `}${message}${place}`;
  const isTimeout =
    (error instanceof CallEnded && error.reason === 'timed-out') || (code !== null && timeoutCodes.has(code));
  return isTimeout
    ? {
        outcome: 'timed_out',
        error: text,
        reply: { status: 504, error: 'production-timed-out', message: 'Production did not answer in time.' },
      }
    : {
        outcome: 'failed',
        error: text,
        reply: {
          status: 502,
          error: 'production-unavailable',
          message: `Production could not be reached, or broke off${code === null ? '' : ` (${code})`}.`,
        },
      };
}

/** Of several attempts to connect (IPv6, IPv4), the last. */
function describe(error: unknown): { code: string | null; message: string } {
  const inner: unknown = error instanceof AggregateError ? error.errors.at(-1) : error;
  if (!(inner instanceof Error)) return { code: null, message: String(inner) };
  const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : null;
  return { code, message: inner.message };
}
