import type { Socket } from 'node:net';

/** What of kafkajs' connection the guard touches. */
export interface Connection {
  readonly socket?: Socket;
  send: (this: Connection, request: unknown) => Promise<unknown>;
}

/**
 * Closes a connection on which a request got no answer in time.
 *
 * The client leaves it open and uses it for every retry, so a connection that lost its way (no reset, no
 * answer) is never replaced. Closed, it is opened anew by the retry, with the same producer id and
 * sequence: an idempotent batch stays idempotent.
 */
export function guardTimedOutConnections(prototype: Connection): void {
  const send = prototype.send;
  prototype.send = async function sendOrClose(this: Connection, request: unknown): Promise<unknown> {
    const { socket } = this;
    try {
      return await send.call(this, request);
    } catch (error) {
      // An error, not a plain destroy: kafkajs listens to 'error' and 'end', not to 'close'.
      if (error instanceof Error && error.name === 'KafkaJSRequestTimeoutError')
        (this.socket ?? socket)?.destroy(error);
      throw error;
    }
  };
}
