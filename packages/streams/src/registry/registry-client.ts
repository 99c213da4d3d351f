import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import confluent, { type SchemaRegistry } from '@kafkajs/confluent-schema-registry';
import { StreamsError } from '../client/errors.ts';
import {
  neededCompatibility,
  probeRegistry,
  refused,
  type RegistryAddress,
  setCompatibility,
} from './registry-address.ts';

/** One call, with the client's own three retries of what looks like a passing fault. */
const callWithinMs = 10_000;

/** An answer that the registry's rules don't allow the schema. */
export class SchemaRefused extends Error {}

/**
 * The client with its guards. What it throws says little: a refused connection and a hang-up have status 400, and a
 * schema of another kind or a page of HTML are told apart by luck. So a doubtful answer is checked by asking whether
 * a registry is there at all, before a record is called unreadable. It knows no time-out, and an answer that breaks
 * off leaves its promise open for ever, and with it every later question for that id: after `callWithinMs` the
 * client and its connections are thrown away.
 *
 * All methods reject with StreamsError `registry-unavailable` or `not-authorized`, besides what they name.
 */
export class RegistryClient {
  readonly #address: RegistryAddress;
  #client: { readonly registry: SchemaRegistry; readonly agent: HttpAgent };

  constructor(address: RegistryAddress) {
    this.#address = address;
    this.#client = connect(address);
  }

  /** The schema with this id, as JSON text. Rejects with `unreadable` if the registry has none, or it isn't Avro. */
  async schemaText(id: number): Promise<string> {
    const schema = await this.#call((registry) => registry.getSchema(id)).catch(async (error: unknown) => {
      const reason = reasonInSchema(error);
      if (reason === null) throw this.#explain(error);
      await probeRegistry(this.#address);
      throw new StreamsError('unreadable', `schema ${id}: ${reason}`, { cause: error });
    });
    if (!('createResolver' in schema))
      throw new StreamsError('unreadable', `schema ${id}: not an Avro schema`);
    return JSON.stringify(schema);
  }

  /**
   * Registers a schema, or finds that it is registered, and resolves with its id. Rejects with SchemaRefused if a
   * former version's values could not be read with it.
   */
  async register(subject: string, schemaText: string): Promise<number> {
    try {
      return await this.#register(subject, schemaText);
    } catch (error) {
      // A subject that exists but has no rule of its own, as between another process's two calls, is said to have NONE.
      if (!/\bNONE\b/.test(otherCompatibility(error) ?? '')) throw this.#explainRefusal(subject, error);
    }
    await setCompatibility(this.#address, subject);
    return this.#register(subject, schemaText).catch((error: unknown) => {
      throw this.#explainRefusal(subject, error);
    });
  }

  /** The id of a version of a subject, counted from 1; null if there is no such version. */
  async versionId(subject: string, version: number): Promise<number | null> {
    try {
      return await this.#call((registry) => registry.getRegistryId(subject, version));
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw this.#explain(error);
    }
  }

  async #register(subject: string, schemaText: string): Promise<number> {
    const { id } = await this.#call((registry) =>
      registry.register(
        { type: confluent.SchemaType.AVRO, schema: schemaText },
        { subject, compatibility: confluent.COMPATIBILITY[neededCompatibility] },
      ),
    );
    return id;
  }

  async #call<T>(ask: (registry: SchemaRegistry) => Promise<T>): Promise<T> {
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const client = this.#client;
    const timer = setTimeout(() => {
      if (this.#client === client) this.#client = connect(this.#address);
      client.agent.destroy();
      reject(this.#unavailable(new Error(`no answer within ${callWithinMs} ms`)));
    }, callWithinMs);
    try {
      return await Promise.race([ask(client.registry), tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  #explainRefusal(subject: string, error: unknown): Error {
    if (statusOf(error) === 409) return new SchemaRefused(messageOf(error), { cause: error });
    if (otherCompatibility(error) === null) return this.#explain(error);
    return new StreamsError(
      'topic-mismatch',
      `subject ${subject}: ${messageOf(error)}; set its compatibility to ${neededCompatibility}, or use another kafka.prefix`,
      { cause: error },
    );
  }

  #explain(error: unknown): StreamsError {
    if (error instanceof StreamsError) return error;
    const status = statusOf(error);
    return status === 401 || status === 403 ? refused(this.#address.url, status) : this.#unavailable(error);
  }

  #unavailable(error: unknown): StreamsError {
    return new StreamsError(
      'registry-unavailable',
      `the schema registry at ${this.#address.url} does not answer as it should: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

function connect({ url, auth }: RegistryAddress): { registry: SchemaRegistry; agent: HttpAgent } {
  const agent =
    new URL(url).protocol === 'https:' ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const registry = new confluent.SchemaRegistry({
    host: url,
    clientId: 'understudy',
    agent,
    ...(auth !== undefined && { auth }),
  });
  return { registry, agent };
}

const agentOptions = { keepAlive: true, maxSockets: 8 };

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'status' in error && typeof error.status === 'number'
    ? error.status
    : null;
}

/** Why the schema itself may be at fault; null if the call is. */
function reasonInSchema(error: unknown): string | null {
  if (statusOf(error) === 404) return 'the registry does not have it';
  const isArgumentError = error instanceof Error && error.name === 'ConfluentSchemaRegistryArgumentError';
  return isArgumentError ? messageOf(error) : null;
}

/** What the client says when a subject's compatibility isn't the one asked for; null for any other error. */
function otherCompatibility(error: unknown): string | null {
  const name = error instanceof Error ? error.name : '';
  return name === 'ConfluentSchemaRegistryCompatibilityError' ? messageOf(error) : null;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
