import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

const TAIL_BYTES = 32_768;
const SAYS_NOTHING = /^\s*$|^\s+at |^\s*\.\.\. \d+ more/;
const CHUNK_BYTES = 65_536;

/** The last `count` lines of a log, without empty ones and the frames of stack traces (out of its last 32 KB); none if there is no such file. */
export function lastLogLines(file: string, count = 15): readonly string[] {
  const size = logSize(file);
  const text = readFrom(file, Math.max(0, size - TAIL_BYTES), TAIL_BYTES);
  const lines = text.toString('utf8').trimEnd().split('\n');
  return lines.filter((line) => !SAYS_NOTHING.test(line)).slice(-count);
}

/** Size of a log in bytes; 0 if there is none yet. */
export function logSize(file: string): number {
  return withFile(file, (descriptor) => fstatSync(descriptor).size) ?? 0;
}

/** Reads the lines that a log gains after a position. A line of more than 64 KB is cut. */
export class LogReader {
  readonly #file: string;
  #position: number;
  #unfinished: Buffer = Buffer.alloc(0);

  constructor(file: string, position: number) {
    this.#file = file;
    this.#position = position;
  }

  /** The complete lines since the last call. */
  newLines(): readonly string[] {
    const lines: string[] = [];
    for (;;) {
      const chunk = readFrom(this.#file, this.#position, CHUNK_BYTES);
      if (chunk.length === 0) return lines;
      this.#position += chunk.length;
      const text = Buffer.concat([this.#unfinished, chunk]);
      const end = text.lastIndexOf('\n') + 1;
      this.#unfinished = text.subarray(end).subarray(-CHUNK_BYTES);
      if (end > 0) lines.push(...text.toString('utf8', 0, end - 1).split('\n'));
    }
  }
}

function readFrom(file: string, position: number, maxBytes: number): Buffer {
  const read = withFile(file, (descriptor) => {
    const buffer = Buffer.alloc(maxBytes);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, maxBytes, position));
  });
  return read ?? Buffer.alloc(0);
}

function withFile<T>(file: string, use: (descriptor: number) => T): T | null {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return use(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
