/** A body as it is recorded. */
export interface KeptBody {
  /** The first bytes, at most the capture limit. */
  readonly bytes: Buffer;
  /** Of the whole body; more than `bytes` holds means that it was cut. */
  readonly size: number;
}

/** A copy where the body is cut, so that its rest isn't kept alive. */
export function keepBody(body: Buffer, captureBytes: number): KeptBody {
  const bytes = body.length > captureBytes ? Buffer.from(body.subarray(0, captureBytes)) : body;
  return { bytes, size: body.length };
}

/** What a chunk takes besides its bytes: an answer may come a byte at a time. */
const chunkOverheadBytes = 128;

/** Keeps the first bytes of a body that comes in chunks. */
export class BodyKeeper {
  readonly #captureBytes: number;
  readonly #takeRoom: (bytes: number) => boolean;
  readonly #chunks: Buffer[] = [];
  #kept = 0;
  #size = 0;
  #isFull = false;

  /** @param takeRoom asked for every chunk that is to be kept; once it says no, nothing more is. */
  constructor(captureBytes: number, takeRoom: (bytes: number) => boolean) {
    this.#captureBytes = captureBytes;
    this.#takeRoom = takeRoom;
  }

  get size(): number {
    return this.#size;
  }

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#isFull) return;
    const bytes = Math.min(chunk.length, this.#captureBytes - this.#kept);
    this.#isFull = bytes < chunk.length;
    if (bytes === 0) return;
    if (!this.#takeRoom(bytes + chunkOverheadBytes)) {
      this.#isFull = true;
      return;
    }
    this.#chunks.push(chunk.subarray(0, bytes));
    this.#kept += bytes;
  }

  body(): KeptBody {
    return { bytes: Buffer.concat(this.#chunks), size: this.#size };
  }
}
