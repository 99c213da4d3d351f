import { type BatchContext, FetchedRecord } from '../fetched-record.ts';
import { RecordBytes } from '../record-bytes.ts';

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

/**
 * Decodes the records of one whole, uncompressed batch (message format 2), and copies their bytes, once.
 *
 * The client's own decoder makes some twenty objects a record, and what it gives are views of the whole fetch
 * response: a key that is kept would keep up to 10 MB alive.
 *
 * @throws RangeError for a batch that holds fewer bytes than its records say
 */
export function decodeRecords(batch: Buffer): FetchedRecord[] {
  const attributes = batch.readInt16BE(attributesAt);
  const firstOffset = Number(batch.readBigInt64BE(0));
  const firstTimestamp = Number(batch.readBigInt64BE(firstTimestampAt));
  const appendTime =
    (attributes & appendTimeMask) === 0 ? null : Number(batch.readBigInt64BE(maxTimestampAt));
  const isControlRecord = (attributes & controlMask) !== 0;
  const batchContext: BatchContext = {
    producerId: String(batch.readBigInt64BE(producerIdAt)),
    inTransaction: (attributes & transactionMask) !== 0,
  };
  const count = batch.readInt32BE(recordCountAt);
  const records: FetchedRecord[] = [];
  const sizes = new RecordBytes(batch, recordsAt);
  while (records.length < count) {
    const { bytes, count: copied } = nextCopy(batch, sizes, count - records.length);
    const reader = new RecordBytes(bytes, 0);
    for (let n = 0; n < copied; n += 1) {
      const start = reader.position;
      const end = reader.varint() + reader.position;
      reader.byte(); // attributes: none are in use
      const timestampMs = firstTimestamp + reader.varint();
      const offset = firstOffset + reader.varint();
      const keyAt = reader.position;
      reader.skipBytes();
      const valueAt = reader.position;
      reader.skipBytes();
      const headersAt = reader.position;
      // What is read later has to be whole now: a batch that is not is refused.
      for (let headers = reader.varint(); headers > 0; headers -= 1) {
        reader.skipBytes();
        reader.skipBytes();
      }
      reader.moveTo(end); // past what a later version may append to a record
      records.push(
        new FetchedRecord({
          offset,
          timestampMs: appendTime ?? timestampMs,
          bytes,
          keyAt,
          valueAt,
          headersAt,
          sizeBytes: end - start,
          isControlRecord,
          batchContext,
        }),
      );
    }
  }
  return records;
}

/** Copies the next records, at most `most`, of about `copyBytes` together; `sizes` moves behind them. */
function nextCopy(batch: Buffer, sizes: RecordBytes, most: number): { bytes: Buffer; count: number } {
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
