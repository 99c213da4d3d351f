import { parseJsonBody } from '@understudy/comparison';
import { printable } from '../printable.ts';
import { UserError } from '../user-error.ts';

export interface Question {
  /** For messages: `Production`, `The shadow`. */
  readonly who: string;
  readonly url: string;
  readonly method: string;
  /** JSON. */
  readonly body: Buffer;
  /** Default: none besides the content type. */
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ModelAnswer {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Buffer;
  /** The body's value. */
  readonly json: unknown;
  readonly latencyMs: number;
}

/** As long as production may take by default. */
const answerLimitMs = 10_000;
/** What the gateway captures by default: a longer answer is recorded cut, and can't be compared. */
const maxBodyBytes = 1024 * 1024;
const shownCharacters = 200;

/**
 * Asks a model once.
 *
 * @throws UserError that says what to look at, unless it answers 2xx with JSON within 10 s
 */
export async function askModel(question: Question): Promise<ModelAnswer> {
  const { who, url, method, body, headers } = question;
  const startedMs = performance.now();
  let response: Response;
  let bytes: Buffer;
  try {
    response = await fetch(url, {
      method,
      headers: { 'content-type': 'application/json', accept: 'application/json', ...headers },
      body: Uint8Array.from(body),
      redirect: 'manual', // the gateway hands redirects to the caller, too
      signal: AbortSignal.timeout(answerLimitMs),
    });
    bytes = await readBody(response);
  } catch (error) {
    throw new UserError(`${who} does not answer at ${url}: ${reasonOf(error)}.`, { cause: error });
  }
  const latencyMs = performance.now() - startedMs;
  const { status } = response;
  if (bytes.length > maxBodyBytes) {
    throw new UserError(`${who} answered more than 1 MiB at ${url}: answers of that size can't be compared.`);
  }
  if (!response.ok) {
    const advice = 'Does it answer at this path, with this method, and is the example a body that it takes?';
    throw new UserError(`${who} answered ${status} at ${url}: ${beginning(bytes)}\n${advice}`);
  }
  const contentType = response.headers.get('content-type');
  const read = parseJsonBody(bytes);
  if (!read.ok) {
    throw new UserError(`${who} answered at ${url}, but not with JSON (${contentType}): ${beginning(bytes)}`);
  }
  return { status, contentType, body: bytes, json: read.value, latencyMs };
}

/** No more than one chunk beyond the limit. */
async function readBody(response: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > maxBodyBytes) break;
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer within ${answerLimitMs / 1000} s`;
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : null;
  if (code === 'ECONNREFUSED') return 'nothing listens there; start it, or correct the address';
  if (code === 'ENOTFOUND') return 'there is no such host; correct the address';
  return code ?? (cause instanceof Error ? cause.message : error.message);
}

function beginning(bytes: Buffer): string {
  const text = printable(bytes.toString('utf8').trim().replaceAll(/\s+/g, ' '));
  if (text === '') return 'an empty body';
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}
