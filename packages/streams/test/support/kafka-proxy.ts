import type { ISocketFactory } from 'kafkajs';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { waitUntil } from './wait-for.ts';

/** Numbers of requests in Kafka's protocol. */
export const apiKeys = { produce: 0, addPartitionsToTxn: 24, endTxn: 26 } as const;

interface Link {
  readonly client: Socket;
  readonly broker: Socket;
  isFrozen: boolean;
}

const sizeBytes = 4;

/**
 * Stands between clients and one broker, and knows requests and responses, so that a fault can hit a chosen
 * one.
 */
export class KafkaProxy {
  /** For a client of kafkajs: whatever address it wants, it gets here. */
  readonly socketFactory: ISocketFactory;
  readonly #server: Server;
  readonly #links = new Set<Link>();
  #isRefusing = false;
  #fault: { apiKey: number; edit: (response: Buffer) => Buffer | null; done: () => void } | null = null;
  #opened = 0;
  #triedAtMs = 0;

  private constructor(server: Server, brokerPort: number) {
    this.#server = server;
    server.on('connection', (client) => this.#link(client, brokerPort));
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

  /**
   * The broker answers the next such request; the client never hears of it: the connection breaks. Resolves
   * then.
   */
  dropNextResponse(apiKey: number): Promise<void> {
    return this.#hitNextResponse(apiKey, () => null);
  }

  /** The broker does what the next such request (about one partition) asks; its answer says this error. */
  failNext(
    apiKey: typeof apiKeys.produce | typeof apiKeys.addPartitionsToTxn,
    errorCode: number,
  ): Promise<void> {
    return this.#hitNextResponse(apiKey, (response) => {
      const edited = Buffer.from(response);
      const throttleTimeBytes = apiKey === apiKeys.produce ? 0 : 4; // produce has it at the end
      const topicLengthAt = sizeBytes + 4 + throttleTimeBytes + 4; // after correlation id and count of topics
      const partitionAt = topicLengthAt + 2 + edited.readInt16BE(topicLengthAt) + 4;
      edited.writeInt16BE(errorCode, partitionAt + 4);
      return edited;
    });
  }

  /** Existing connections carry nothing any more, and are not closed; new ones work. */
  freeze(): void {
    for (const link of this.#links) link.isFrozen = true;
  }

  /** Until nobody has tried to connect for a second (kafkajs pauses for at most half of that). */
  async untilQuiet(): Promise<void> {
    const quietMs = 1000;
    await waitUntil('nobody connects', 15_000, () => performance.now() - this.#triedAtMs > quietMs);
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

  #link(client: Socket, brokerPort: number): void {
    this.#triedAtMs = performance.now();
    if (this.#isRefusing) {
      client.destroy();
      return;
    }
    this.#opened += 1;
    const broker = connect(brokerPort, '127.0.0.1');
    const link: Link = { client, broker, isFrozen: false };
    const pending = new Map<number, number>(); // api key by correlation id
    this.#links.add(link);

    const end = (): void => {
      client.destroy();
      broker.destroy();
      this.#links.delete(link);
    };
    client.on('data', (data) => {
      if (!link.isFrozen) broker.write(data);
    });
    client.on(
      'data',
      framed((request) => pending.set(request.readInt32BE(sizeBytes + 4), request.readInt16BE(sizeBytes))),
    );
    broker.on(
      'data',
      framed((response) => {
        const correlationId = response.readInt32BE(sizeBytes);
        const apiKey = pending.get(correlationId);
        pending.delete(correlationId);
        if (link.isFrozen) return;
        const edited = this.#fault?.apiKey === apiKey ? this.#applyFault(response) : response;
        if (edited === null) end();
        else client.write(edited);
      }),
    );
    for (const socket of [client, broker]) socket.on('close', end).on('error', end);
  }

  #hitNextResponse(apiKey: number, edit: (response: Buffer) => Buffer | null): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#fault = { apiKey, edit, done: resolve };
    return promise;
  }

  #applyFault(response: Buffer): Buffer | null {
    const fault = this.#fault;
    this.#fault = null;
    fault?.done();
    return fault ? fault.edit(response) : response;
  }
}

/** Calls `handle` with each whole frame: 4 bytes of size, and as many as that. */
function framed(handle: (frame: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= sizeBytes && rest.length >= sizeBytes + rest.readInt32BE(0)) {
      const end = sizeBytes + rest.readInt32BE(0);
      handle(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  };
}
