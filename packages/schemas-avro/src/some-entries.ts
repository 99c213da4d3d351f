import avro from 'avsc';

/** What of avsc's reading position is used here. */
interface Tap {
  readonly buf: Buffer;
  pos: number;
  readLong(): number;
  readString(): string;
  skipString(): void;
}

/** A map of texts of which only the entries with these names (ASCII) are read: the headers of an answer are many. */
export function someEntries(names: readonly string[]): avro.Type {
  return new (class extends avro.types.MapType {
    /** Called by avsc; on another object, which has no fields of ours. */
    _read(tap: Tap): Record<string, string> {
      const entries: Record<string, string> = {};
      for (let count = blockSize(tap); count > 0 && isWithin(tap); count = blockSize(tap)) {
        for (; count > 0 && isWithin(tap); count -= 1) {
          const name = nameAt(tap, names);
          if (name === undefined) tap.skipString();
          else entries[name] = tap.readString();
        }
      }
      return entries;
    }
  })({ type: 'map', values: 'string' });
}

/** How many entries follow; 0 at the end of the map. A negative count is followed by their bytes. */
function blockSize(tap: Tap): number {
  const count = tap.readLong();
  if (count < 0) tap.readLong();
  return Math.abs(count);
}

/** A map that is cut off need not be counted to its end; that it is cut off, who decodes it finds. */
function isWithin({ buf, pos }: Tap): boolean {
  return pos <= buf.length;
}

/** Passes a key; undefined if it is none of the names. */
function nameAt(tap: Tap, names: readonly string[]): string | undefined {
  const start = tap.pos;
  const length = tap.readLong();
  if (!names.some((name) => name.length === length)) {
    tap.pos = start;
    tap.skipString();
    return undefined;
  }
  const text = tap.buf.toString('latin1', tap.pos, tap.pos + length);
  tap.pos += length;
  return names.find((name) => name === text);
}
