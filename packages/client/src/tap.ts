import { pipeline, type Readable, Transform } from 'node:stream';
import { type ReadableStream, TransformStream } from 'node:stream/web';
import type { BodyKeeper } from './recording/kept-body.ts';

/**
 * The same stream, seen by a keeper while it passes, chunk by chunk. An error of the source ends it with the same
 * error; whoever closes it closes the source.
 */
export function tap(source: Readable, keeper: BodyKeeper, onEnd: () => void = () => {}): Transform {
  const passage = new Transform({
    transform: (chunk: Buffer, _encoding, done) => {
      keeper.add(chunk);
      done(null, chunk);
    },
    flush: (done) => {
      onEnd();
      done();
    },
  });
  pipeline(source, passage, () => {}); // Who reads the passage is told of the error.
  return passage;
}

/** The same for what web code gives as an answer. */
export function tapWeb(source: ReadableStream, keeper: BodyKeeper): ReadableStream {
  return source.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => {
        keeper.add(Buffer.from(chunk));
        controller.enqueue(chunk);
      },
    }),
  );
}
