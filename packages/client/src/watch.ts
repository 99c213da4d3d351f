import { finished, Readable, type Transform } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify';
import type { Producer } from './producer.ts';
import type { BodyKeeper } from './recording/kept-body.ts';
import type { ServedExchange, ServedResult } from './served.ts';
import { unrecorded } from './serving.ts';
import { tap, tapWeb } from './tap.ts';

/** One request of a fastify app and its reply, seen while they pass. */
export class Watch {
  readonly #producer: Producer;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  #requestPassage: Transform | null = null;
  #exchange: ServedExchange = unrecorded;
  #answer: Answer | null = null;
  #isOver = false;

  constructor(producer: Producer, request: FastifyRequest, reply: FastifyReply) {
    this.#producer = producer;
    this.#request = request;
    this.#reply = reply;
    finished(reply.raw, (error) => this.#finish(error ?? null));
  }

  /** What the app is to read in place of the request's body. The exchange begins when the body is there. */
  request(payload: RequestPayload): RequestPayload {
    const keeper = this.#producer.keeper();
    if (!hasBody(this.#request)) {
      this.#begin(keeper);
      return payload;
    }
    const passage = tap(payload, keeper, () => this.#begin(keeper));
    this.#requestPassage = passage;
    // Fastify compares it with the content length, where an earlier hook has decoded the body.
    const { receivedEncodedLength } = payload;
    if (receivedEncodedLength === undefined) return passage;
    return Object.defineProperty(passage, 'receivedEncodedLength', {
      get: () => payload.receivedEncodedLength,
    });
  }

  /** What the app is to send in place of a payload. Called again where an error is answered instead. */
  reply(payload: unknown): unknown {
    const keeper = this.#exchange.keeper();
    const encoding = this.#reply.getHeader('content-encoding');
    this.#answer = { keeper, whole: null, encoding };
    if (typeof payload === 'string' || Buffer.isBuffer(payload)) {
      this.#answer = { keeper, whole: payload, encoding };
      return payload;
    }
    if (payload instanceof Readable) return tap(payload, keeper);
    if (payload instanceof ReadableStream) return tapWeb(payload, keeper);
    if (payload instanceof Response && payload.body !== null) {
      return new Response(tapWeb(payload.body, keeper), payload);
    }
    return payload;
  }

  #begin(body: BodyKeeper): void {
    if (this.#isOver) return;
    const { method, url: path, headers } = this.#request;
    this.#exchange = this.#producer.begin({ method, path, headers, body: body.body() });
  }

  #finish(error: Error | null): void {
    this.#isOver = true;
    this.#exchange.end(this.#result(error));
    // What nobody has read of the body would hold up the connection's next request.
    this.#requestPassage?.resume();
  }

  #result(error: Error | null): ServedResult {
    if (error !== null) return { failed: 'failed', error: `the reply broke off: ${error.message}` };
    if (this.#answer === null) return { failed: 'failed', error: 'the reply was sent past fastify, unseen' };
    const { keeper, whole, encoding } = this.#answer;
    // Encoded later than it was seen, the answer is recorded as it was seen.
    const headers = { ...this.#reply.getHeaders(), 'content-encoding': encoding };
    return { status: this.#reply.statusCode, headers, body: whole ?? keeper.body() };
  }
}

/** What was seen of an answer when it was sent. */
interface Answer {
  readonly keeper: BodyKeeper;
  /** Null: it passes in chunks, or there is none. */
  readonly whole: string | Buffer | null;
  readonly encoding: number | string | string[] | undefined;
}

function hasBody({ headers }: FastifyRequest): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
