import { StreamsError } from '../client/errors.ts';

/** Where the schema registry is and how to get in. */
export interface RegistryAddress {
  /** Base address of its Confluent-compatible API, without a slash at its end. */
  readonly url: string;
  /** HTTP basic authentication. Default: none. */
  readonly auth?: { readonly username: string; readonly password: string };
}

/** What the compatibility of every subject of ours has to be: new code reads all that was ever written. */
export const neededCompatibility = 'BACKWARD_TRANSITIVE';

const answerWithinMs = 5_000;

/**
 * Resolves if a schema registry is at the address; it is asked for the kinds of schemas it knows, which nothing
 * else would answer. Rejects with StreamsError `registry-unavailable`, or `not-authorized`.
 */
export async function probeRegistry(address: RegistryAddress): Promise<void> {
  const answer = await call(address, 'GET', '/schemas/types');
  const types = await answer.json().catch(() => null);
  if (Array.isArray(types) && types.includes('AVRO')) return;
  throw new StreamsError(
    'registry-unavailable',
    `${address.url} answers, but not as a schema registry that knows Avro does: check registry.url`,
  );
}

/** Sets the rule of one subject, unless another process is just setting it. Rejects as `probeRegistry` does. */
export async function setCompatibility(address: RegistryAddress, subject: string): Promise<void> {
  const path = `/config/${encodeURIComponent(subject)}`;
  await call(address, 'PUT', path, JSON.stringify({ compatibility: neededCompatibility }));
}

/** What the registry says to the second of two that make the same thing at once. */
const conflict = 409;

async function call(
  { url, auth }: RegistryAddress,
  method: string,
  path: string,
  body?: string,
): Promise<Response> {
  const credentials = auth && Buffer.from(`${auth.username}:${auth.password}`).toString('base64');
  const answer = await fetch(url + path, {
    method,
    headers: {
      ...(credentials !== undefined && { authorization: `Basic ${credentials}` }),
      ...(body !== undefined && { 'content-type': 'application/vnd.schemaregistry.v1+json' }),
    },
    ...(body !== undefined && { body }),
    signal: AbortSignal.timeout(answerWithinMs),
  }).catch((error: unknown) => {
    throw new StreamsError('registry-unavailable', `the schema registry at ${url} does not answer`, {
      cause: error,
    });
  });
  if (answer.ok || answer.status === conflict) return answer;
  await answer.body?.cancel();
  if (answer.status === 401 || answer.status === 403) throw refused(url, answer.status);
  throw new StreamsError(
    'registry-unavailable',
    `${url}${path} answers with status ${answer.status}: check registry.url (Apicurio's ends in /apis/ccompat/v7)`,
  );
}

/** The error for credentials that the registry doesn't take. */
export function refused(url: string, status: number): StreamsError {
  return new StreamsError(
    'not-authorized',
    `the schema registry at ${url} refuses the credentials (status ${status}): check registry.auth`,
  );
}
