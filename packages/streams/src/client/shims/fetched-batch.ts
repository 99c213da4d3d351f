import { type AbortedTransaction, type FetchedMessage, filterAbortedMessages } from './aborted-filter.ts';

interface PartitionData {
  readonly messages: readonly FetchedMessage[];
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
}

/** What of kafkajs' batch the guard touches. */
interface Batch {
  rawMessages: readonly FetchedMessage[];
  messagesWithinOffset: readonly FetchedMessage[];
  messages: readonly FetchedMessage[];
}

type BatchClass = new (topic: string, fetchedOffset: string, data: PartitionData) => Batch;

/**
 * The client's batch, made without its 64-bit number objects: two for each record, to find out which come before the
 * offset asked for. Offsets are below 2^53.
 */
export function fetchedBatch(Base: BatchClass): BatchClass {
  return class extends Base {
    constructor(topic: string, fetchedOffset: string, data: PartitionData) {
      super(topic, fetchedOffset, { ...data, messages: [] });
      const { messages, abortedTransactions } = data;
      const from = Number(fetchedOffset);
      this.rawMessages = messages;
      // Nearly always all: a fetch begins where a batch does.
      const isBefore = Number(messages[0]?.offset ?? from) < from;
      this.messagesWithinOffset = isBefore
        ? messages.filter(({ offset }) => Number(offset) >= from)
        : messages;
      this.messages = filterAbortedMessages({
        messages: this.messagesWithinOffset,
        abortedTransactions,
      }).filter(({ isControlRecord }) => !isControlRecord);
    }
  };
}
