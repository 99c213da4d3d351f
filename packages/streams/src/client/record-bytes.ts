/** Reads what a batch's records are made of: Kafka's numbers of variable length, and what they count. */
export class RecordBytes {
  position: number;
  readonly #buffer: Buffer;

  constructor(buffer: Buffer, position: number) {
    this.#buffer = buffer;
    this.position = position;
  }

  /** Throws if it was read beyond that: then the records aren't what their sizes say. */
  moveTo(position: number): void {
    if (this.position > position) throw new RangeError('a record is longer than it says');
    this.position = position;
  }

  byte(): number {
    const byte = this.#buffer[this.position];
    if (byte === undefined) throw new RangeError('the batch ends within a record');
    this.position += 1;
    return byte;
  }

  /** Zigzag. Up to 2^53, which times and offsets are below. */
  varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let value = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skip(length: number): void {
    if (length < 0 || this.position + length > this.#buffer.length)
      throw new RangeError(
        `the batch ends within a record: of ${length} bytes, ${this.#buffer.length - this.position} are there`,
      );
    this.position += length;
  }

  /** Passes what {@link bytes} would read. */
  skipBytes(): void {
    const length = this.varint();
    if (length > 0) this.skip(length);
  }

  /** A view; null for a length below 0. */
  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.position;
    this.skip(length);
    return this.#buffer.subarray(start, this.position);
  }
}
