import type { ISocketFactory } from 'kafkajs';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { framed, sizeBytes, withPort } from './kafka-frames.ts';
import { waitFor } from './wait-for.ts';

/** Numbers of requests in Kafka's protocol. */
export const apiKeys = {
  produce: 0,
  fetch: 1,
  metadata: 3,
  offsetFetch: 9,
  findCoordinator: 10,
  addPartitionsToTxn: 24,
  endTxn: 26,
  txnOffsetCommit: 28,
} as const;

/** What becomes of a response: changed, or null: the client never hears of it, the connection breaks. */
type Edit = (response: Buffer) => Buffer | null;

interface Link {
  readonly client: Socket;
  readonly broker: Socket;
  isFrozen: boolean;
}

/** Bytes before the topics in an answer: throttle time, which produce has at the end; of a fetch, error and session too. */
const beforeTopicsBytes = { produce: 0, fetch: 10, addPartitionsToTxn: 4 } as const;

/** Answers that tell where brokers are. */
const addressed: ReadonlySet<number> = new Set([apiKeys.metadata, apiKeys.findCoordinator]);

/**
 * Stands between clients and one broker, and knows requests and responses, so that a fault can hit a chosen one. What
 * the broker says of its own address is changed to the proxy's, so that clients stay here.
 */
export class KafkaProxy {
  /** For a client of kafkajs that knows other brokers too: whatever address it wants, it gets here. */
  readonly socketFactory: ISocketFactory;
  readonly #server: Server;
  readonly #brokerPort: number;
  readonly #links = new Set<Link>();
  readonly #faults = new Map<number, { edit: Edit; done: () => void }>();
  readonly #holds = new Map<number, (hold: HeldRequest) => void>();
  #isRefusing = false;
  #opened = 0;
  #triedAtMs = 0;

  private constructor(server: Server, brokerPort: number) {
    this.#server = server;
    this.#brokerPort = brokerPort;
    server.on('connection', (client) => this.#link(client));
    this.socketFactory = ({ onConnect }) => connect({ host: '127.0.0.1', port: this.port }, onConnect);
  }

  /** `broker`: `host:port`. */
  static async start(broker: string): Promise<KafkaProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new KafkaProxy(server, Number(broker.split(':').at(-1)));
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Connections opened since the start. */
  get openedConnections(): number {
    return this.#opened;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#links.size;
  }

  /**
   * The broker answers the next such request; the client never hears of it: the connection breaks. Resolves
   * then.
   */
  dropNextResponse(apiKey: number): Promise<void> {
    return this.editNextResponse(apiKey, () => null);
  }

  /** The broker does what the next such request (about one partition) asks; its answer says this error. */
  failNext(request: keyof typeof beforeTopicsBytes, errorCode: number): Promise<void> {
    return this.editNextResponse(apiKeys[request], (response) => {
      const edited = Buffer.from(response);
      const topicLengthAt = sizeBytes + 4 + beforeTopicsBytes[request] + 4; // after correlation id and count of topics
      const partitionAt = topicLengthAt + 2 + edited.readInt16BE(topicLengthAt) + 4;
      edited.writeInt16BE(errorCode, partitionAt + 4);
      return edited;
    });
  }

  /** Changes the next answer to such a request. Resolves when that has happened. */
  editNextResponse(apiKey: number, edit: Edit): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#faults.set(apiKey, { edit, done: resolve });
    return promise;
  }

  /** The next such request is kept back, as by a network that is slow; its connection breaks. */
  holdNextRequest(apiKey: number): Promise<HeldRequest> {
    const { promise, resolve } = Promise.withResolvers<HeldRequest>();
    this.#holds.set(apiKey, resolve);
    return promise;
  }

  /** Existing connections carry nothing any more, and are not closed; new ones work. */
  freeze(): void {
    for (const link of this.#links) link.isFrozen = true;
  }

  /** Until nobody has tried to connect for a second (kafkajs pauses for at most half of that). */
  async untilQuiet(): Promise<void> {
    const quietMs = 1000;
    await waitFor(() => performance.now() - this.#triedAtMs > quietMs, {
      what: 'nobody to connect',
      timeoutMs: 15_000,
    });
  }

  /** New connections are closed at once; existing ones stay, unless `cut`. */
  refuse(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  cut(): void {
    for (const { client, broker } of this.#links) {
      client.destroy();
      broker.destroy();
    }
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #link(client: Socket): void {
    this.#triedAtMs = performance.now();
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    this.#opened += 1;
    const broker = connect(this.#brokerPort, '127.0.0.1');
    const link: Link = { client, broker, isFrozen: false };
    const pending = new Map<number, number>(); // api key by correlation id
    this.#links.add(link);

    const end = (): void => {
      client.destroy();
      broker.destroy();
      this.#links.delete(link);
    };
    client.on(
      'data',
      framed((request) => {
        const apiKey = request.readInt16BE(sizeBytes);
        pending.set(request.readInt32BE(sizeBytes + 4), apiKey);
        const held = this.#holds.get(apiKey);
        if (held !== undefined) {
          this.#holds.delete(apiKey);
          held(new HeldRequest(Buffer.from(request), this.#brokerPort));
          end();
        } else if (!link.isFrozen) broker.write(request);
      }),
    );
    broker.on(
      'data',
      framed((response) => {
        const correlationId = response.readInt32BE(sizeBytes);
        const apiKey = pending.get(correlationId);
        pending.delete(correlationId);
        if (link.isFrozen) return;
        const edited = this.#edited(apiKey, response);
        if (edited === null) end();
        else client.write(edited);
      }),
    );
    for (const socket of [client, broker]) socket.on('close', end).on('error', end);
  }

  #edited(apiKey: number | undefined, response: Buffer): Buffer | null {
    if (apiKey === undefined) return response;
    const fault = this.#faults.get(apiKey);
    this.#faults.delete(apiKey);
    fault?.done();
    if (fault !== undefined) return fault.edit(response);
    if (!addressed.has(apiKey)) return response;
    return withPort(response, { from: this.#brokerPort, to: this.port });
  }
}

/** A request that the broker has not got yet. */
export class HeldRequest {
  readonly #request: Buffer;
  readonly #brokerPort: number;

  constructor(request: Buffer, brokerPort: number) {
    this.#request = request;
    this.#brokerPort = brokerPort;
  }

  /** Brings it to the broker at last; resolves with the answer. */
  async deliver(): Promise<Buffer> {
    const broker = connect(this.#brokerPort, '127.0.0.1');
    try {
      broker.write(this.#request);
      const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
      broker.on('data', framed(resolve)).on('error', reject);
      return await promise;
    } finally {
      broker.destroy();
    }
  }
}
