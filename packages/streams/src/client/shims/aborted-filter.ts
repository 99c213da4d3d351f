/** A fetched record, as kafkajs decodes it, with what deciding about its transaction needs. */
export interface FetchedMessage {
  /** A number, or the client's text of one in the formats before record batches. */
  readonly offset: number | string;
  readonly key: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean };
}

/** As a fetch response lists it: this producer's transaction, begun at this offset, was aborted. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/**
 * Takes the records of aborted transactions out of a fetch response; control records stay in.
 *
 * A transaction is entered at its first offset and left at its producer's abort marker, and any number of
 * them overlap. The client's own filter enters at most one per record, takes the list as sorted, and takes
 * a data key of four zero bytes for an abort marker; each lets aborted records through.
 */
export function filterAbortedMessages<T extends FetchedMessage>(fetched: {
  readonly messages: readonly T[];
  readonly abortedTransactions?: readonly AbortedTransaction[] | null;
}): readonly T[] {
  const { messages, abortedTransactions } = fetched;
  if (!abortedTransactions || abortedTransactions.length === 0) return messages;

  const upcoming = abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .toSorted((a, b) => b.firstOffset - a.firstOffset); // the next one is last
  const aborting = new Set<string>();

  return messages.filter((message) => {
    const offset = Number(message.offset);
    for (let next = upcoming.at(-1); next && next.firstOffset <= offset; next = upcoming.at(-1)) {
      aborting.add(next.producerId);
      upcoming.pop();
    }
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (isAbortMarker(message.key)) aborting.delete(producerId);
      return true;
    }
    return !(inTransaction && aborting.has(producerId));
  });
}

/** The key of a control record is two 16-bit numbers: a version, and the type: 0 abort, 1 commit. */
function isAbortMarker(key: Buffer | null): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0;
}
