import type { ISocketFactory } from 'kafkajs';
import type { Socket } from 'node:net';

/** What of kafkajs' connection the guards touch. */
export interface Connection {
  readonly socketFactory: ISocketFactory;
  readonly socket?: Socket;
  /** What has been received and not been taken yet. */
  chunks: Buffer[];
  bytesBuffered: number;
  connect: (this: Connection) => Promise<unknown>;
  send: (this: Connection, request: unknown) => Promise<unknown>;
  processData: (this: Connection, received: Buffer) => void;
}

/** The sockets of one kafkajs instance. */
export interface SocketSupply {
  readonly factory: ISocketFactory;
  /** Closes those that are open, and resolves when they are. */
  close(): Promise<void>;
  /** Closes them all; from now on there are none. */
  end(): void;
}

const ended = new WeakSet<ISocketFactory>();

export function supplySockets(make: ISocketFactory): SocketSupply {
  const open = new Set<Socket>();
  const factory: ISocketFactory = (wanted) => {
    const socket = make(wanted);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    return socket;
  };
  const close = async (): Promise<void> => {
    await Promise.all([...open].map((socket) => closeSocket(socket)));
  };
  const end = (): void => {
    ended.add(factory);
    for (const socket of open) socket.destroy(new Error('the client was closed'));
  };
  return { factory, close, end };
}

function closeSocket(socket: Socket): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  socket.once('close', () => resolve());
  socket.destroy();
  return promise;
}

/**
 * Closes a connection on which a request got no answer in time.
 *
 * The client leaves it open and uses it for every retry, so that a connection which neither answers nor
 * breaks is never replaced. Closed, it is opened anew by the retry, with the same producer id and sequence:
 * an idempotent batch stays idempotent.
 */
export function guardTimedOutConnections(prototype: Connection): void {
  const { send } = prototype;
  prototype.send = async function sendOrClose(this: Connection, request: unknown): Promise<unknown> {
    try {
      return await send.call(this, request);
    } catch (error) {
      // With an error, not a plain destroy: kafkajs listens to 'error' and 'end', not to 'close'.
      if (error instanceof Error && error.name === 'KafkaJSRequestTimeoutError') this.socket?.destroy(error);
      throw error;
    }
  };
}

/**
 * Lets go of an answer that was taken.
 *
 * The client keeps a view of what follows it, also where nothing does: an empty one of up to 4 MB, for each broker that a
 * consumer fetches from, until the next answer comes.
 */
export function guardTakenAnswers(prototype: Connection): void {
  const { processData } = prototype;
  prototype.processData = function takeAndLetGo(this: Connection, received: Buffer): void {
    processData.call(this, received);
    if (this.bytesBuffered === 0) this.chunks = [];
  };
}

/**
 * Keeps a client that was closed from connecting again.
 *
 * A retry of the client's outlives its `disconnect()`, connects once more, and goes on, for minutes: it
 * leaves sockets open, and may still write what its caller has given up. An error that says it can't be
 * retried ends all its loops.
 */
export function guardEndedClients(prototype: Connection): void {
  const { connect } = prototype;
  prototype.connect = function connectUnlessEnded(this: Connection): Promise<unknown> {
    if (!ended.has(this.socketFactory)) return connect.call(this);
    return Promise.reject(Object.assign(new Error('the client was closed'), { retriable: false }));
  };
}
