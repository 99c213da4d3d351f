import { connect } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import { HOST } from './ports.ts';

const API_VERSIONS = 18;
const CORRELATION_ID = 1;
const ANSWER_WITHIN_MS = 5_000;

/**
 * True if a Kafka broker answers an ApiVersions request (version 0) on this port within 5 s.
 * Request: length, API key, API version, correlation id, client id (a null string). Response: length, correlation id, error code, versions.
 * Source: https://kafka.apache.org/protocol
 */
export async function answersApiVersions(port: number): Promise<boolean> {
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(API_VERSIONS, 4);
  request.writeInt16BE(0, 6);
  request.writeInt32BE(CORRELATION_ID, 8);
  request.writeInt16BE(-1, 12);
  const socket = connect({ host: HOST, port });
  const givenUp = new AbortController();
  const answer = new Promise<boolean>((resolve) => {
    let received: Buffer = Buffer.alloc(0);
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 10)
        resolve(received.readInt32BE(4) === CORRELATION_ID && received.readInt16BE(8) === 0);
    });
  });
  socket.write(request);
  const timeUp = after(ANSWER_WITHIN_MS, false, { signal: givenUp.signal }).catch(() => false);
  try {
    return await Promise.race([answer, timeUp]);
  } finally {
    givenUp.abort();
    socket.destroy();
  }
}
