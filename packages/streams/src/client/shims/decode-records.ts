/** What a batch says of all its records; only what somebody reads, under kafkajs' names. */
interface BatchContext {
  readonly producerId: string;
  readonly inTransaction: boolean;
}

/** A record as kafkajs hands it on, and as `KafkaMessage` says. Its bytes are its own: no view of a fetch response. */
export interface DecodedRecord {
  readonly attributes: number;
  /** ms since the epoch: the append time where the batch has it. */
  readonly timestamp: string;
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, HeaderValue | HeaderValue[]>>;
  readonly isControlRecord: boolean;
  readonly batchContext: BatchContext;
}

type HeaderValue = Buffer | null;

const attributesAt = 21;
const firstTimestampAt = 27;
const maxTimestampAt = 35;
const producerIdAt = 43;
const recordCountAt = 57;
const recordsAt = 61;
const appendTimeMask = 0x8;
const transactionMask = 0x10;
const controlMask = 0x20;
/** A record that is kept keeps its neighbours of the same copy alive: about so many bytes at most. */
const copyBytes = 16_384;
const noHeaders = Object.freeze({});

/**
 * Decodes the records of one whole, uncompressed batch (message format 2), and copies their bytes, once.
 *
 * The client's own decoder makes some twenty objects a record, and what it gives are views of the whole fetch
 * response: a key that is kept would keep up to 10 MB alive.
 *
 * @throws RangeError for a batch that holds fewer bytes than its records say
 */
export function decodeRecords(batch: Buffer): DecodedRecord[] {
  const attributes = batch.readInt16BE(attributesAt);
  const firstOffset = Number(batch.readBigInt64BE(0));
  const firstTimestamp = Number(batch.readBigInt64BE(firstTimestampAt));
  const appendTime =
    (attributes & appendTimeMask) === 0 ? null : String(batch.readBigInt64BE(maxTimestampAt));
  const isControlRecord = (attributes & controlMask) !== 0;
  const batchContext = {
    producerId: String(batch.readBigInt64BE(producerIdAt)),
    inTransaction: (attributes & transactionMask) !== 0,
  };
  const count = batch.readInt32BE(recordCountAt);
  const records: DecodedRecord[] = [];
  const sizes = new Reader(batch, recordsAt);
  while (records.length < count) {
    const { bytes, count: copied } = nextCopy(batch, sizes, count - records.length);
    const reader = new Reader(bytes, 0);
    for (let n = 0; n < copied; n += 1) {
      const end = reader.varint() + reader.position;
      const recordAttributes = reader.byte();
      const timestampDelta = reader.varint();
      const offset = String(firstOffset + reader.varint());
      records.push({
        attributes: recordAttributes,
        timestamp: appendTime ?? String(firstTimestamp + timestampDelta),
        offset,
        key: reader.bytes(),
        value: reader.bytes(),
        headers: readHeaders(reader),
        isControlRecord,
        batchContext,
      });
      reader.moveTo(end); // past what a later version may append to a record
    }
  }
  return records;
}

/** Copies the next records, at most `most`, of about `copyBytes` together; `sizes` moves behind them. */
function nextCopy(batch: Buffer, sizes: Reader, most: number): { bytes: Buffer; count: number } {
  const start = sizes.position;
  let count = 0;
  while (count < most && sizes.position - start < copyBytes) {
    sizes.skip(sizes.varint());
    count += 1;
  }
  const bytes = Buffer.allocUnsafeSlow(sizes.position - start);
  batch.copy(bytes, 0, start, sizes.position);
  return { bytes, count };
}

function readHeaders(reader: Reader): DecodedRecord['headers'] {
  const count = reader.varint();
  if (count === 0) return noHeaders;
  const headers: Record<string, HeaderValue | HeaderValue[]> = {};
  for (let n = 0; n < count; n += 1) {
    const name = reader.bytes()?.toString() ?? '';
    const value = reader.bytes();
    const former = Object.hasOwn(headers, name) ? headers[name] : undefined;
    // Defined, not assigned: a header may be called `__proto__`.
    Object.defineProperty(headers, name, {
      value: former === undefined ? value : Array.isArray(former) ? [...former, value] : [former, value],
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return headers;
}

/** Reads Kafka's numbers of variable length, and what they count. */
class Reader {
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

  /** A view; null for a length below 0. */
  bytes(): Buffer | null {
    const length = this.varint();
    if (length < 0) return null;
    const start = this.position;
    this.skip(length);
    return this.#buffer.subarray(start, this.position);
  }
}
