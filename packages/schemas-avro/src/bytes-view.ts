import avro from 'avsc';

/** What of avsc's reading position is used here. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
}

/**
 * Avro's bytes, read as a view of what they are read from. The library's own type copies them into slabs of 4 KB: for
 * bodies, the dearest part of decoding a record, and the most garbage.
 */
export class BytesView extends avro.types.BytesType {
  /** Called by avsc. Undefined, and the position beyond the end, where the bytes end too early: decoding then fails. */
  _read(tap: Tap): Buffer | undefined {
    const length = tap.readLong();
    const start = tap.pos;
    tap.pos = length < 0 ? tap.buf.length + 1 : start + length;
    return tap.pos > tap.buf.length ? undefined : tap.buf.subarray(start, tap.pos);
  }
}
