import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { count } from '../format.ts';
import { progressBar } from '../progress-bar.ts';
import { UserError } from '../user-error.ts';

export interface Exported {
  readonly rows: number;
  readonly bytes: number;
}

const newline = 10;

/**
 * Writes what the console exports at `url` to a file, a piece at a time. The file has its name when all of it is there.
 *
 * @throws UserError where the console can't be asked or says no, the file can't be written, or the answer breaks off
 */
export async function exportToFile(
  url: URL,
  { out, progress }: { readonly out: string; readonly progress: NodeJS.WriteStream },
): Promise<Exported> {
  const response = await ask(url);
  const rows = Number(response.headers.get('x-understudy-rows'));
  const size = response.headers.get('content-length');
  const part = `${out}.part`;
  const bar = progressBar(progress);
  let bytes = 0;
  let lines = 0;
  const counting = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (size === null) lines += linesIn(chunk);
      bar.update(
        size === null
          ? { done: lines, of: rows, text: `${count(lines)} of ${count(rows)} pairs` }
          : { done: bytes, of: Number(size), text: `${count(bytes)} of ${count(Number(size))} bytes` },
      );
      done(null, chunk);
    },
  });
  try {
    await pipeline(bodyOf(response), counting, createWriteStream(part));
    const isWhole = size === null ? lines === rows : bytes === Number(size);
    if (!isWhole) throw new Error(`${count(lines)} of ${count(rows)} pairs have come`);
    await rename(part, out);
    return { rows, bytes };
  } catch (error) {
    await rm(part, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`The export to ${out} broke off (${reason}); nothing was written.`, { cause: error });
  } finally {
    bar.end();
  }
}

async function ask(url: URL): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url);
  } catch (error) {
    throw new UserError(`No console answers at ${url.origin}: start it, or say where it is with --console.`, {
      cause: error,
    });
  }
  if (response.ok) return response;
  const { message = '' } = (await response.json().catch(() => ({}))) as { message?: string };
  throw new UserError(`The console can't export that (${response.status}): ${message}`);
}

function bodyOf({ body }: Response): Readable {
  return body === null ? Readable.from([]) : Readable.fromWeb(body as ReadableStream<Uint8Array>);
}

function linesIn(chunk: Uint8Array): number {
  let lines = 0;
  for (const byte of chunk) if (byte === newline) lines += 1;
  return lines;
}
