/** A record as it lies in the log, with what tells whether it counts. Control records are their transaction's end. */
export interface RawRecord {
  readonly offset: number;
  readonly timestampMs: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly producerId: string;
  readonly inTransaction: boolean;
  readonly isControl: boolean;
}

/** One partition, resolved. */
export interface VisibleRecords {
  /** Committed, or written without a transaction; by offset. */
  readonly records: readonly RawRecord[];
  /** Offsets of the first record of each transaction that has no end. */
  readonly open: readonly number[];
  /** Transactions that were aborted after something was written here. */
  readonly aborted: number;
}

/**
 * Decides by the markers in the log alone which records count: what a producer wrote in a transaction belongs to its
 * next marker. Nothing is believed of what the client makes of `read_committed`: it lets aborted records through
 * where transactions of several producers overlap, as they do in window-parts, divergence and dead letters.
 *
 * @param raw a whole partition, by offset
 */
export function visibleRecords(raw: readonly RawRecord[]): VisibleRecords {
  const records: RawRecord[] = [];
  const pending = new Map<string, RawRecord[]>();
  let aborted = 0;
  for (const record of raw) {
    const { producerId } = record;
    if (!record.isControl && !record.inTransaction) {
      records.push(record);
      continue;
    }
    const own = pending.get(producerId) ?? [];
    pending.set(producerId, own);
    if (!record.isControl) {
      own.push(record);
      continue;
    }
    if (isCommit(record)) for (const committed of own) records.push(committed);
    else if (own.length > 0) aborted += 1;
    pending.delete(producerId);
  }
  const open = [...pending.values()].flatMap(([first]) => (first === undefined ? [] : [first.offset]));
  return { records: records.toSorted((a, b) => a.offset - b.offset), open, aborted };
}

/** A control record's key: a version and the type, 16 bits each; type 0 is abort, 1 is commit. */
function isCommit({ key }: RawRecord): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 1;
}
