import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { type AbortedTransaction, type FetchedMessage, filterAbortedMessages } from './aborted-filter.ts';

/**
 * One thing a producer does next: a record in its open transaction (or a new one), one outside, or an end.
 */
type Step = { readonly producer: number; readonly does: 'write' | 'write-plain' | 'commit' | 'abort' };

interface Log {
  readonly messages: readonly (FetchedMessage & { readonly isAborted: boolean })[];
  readonly aborted: readonly (AbortedTransaction & { readonly lastOffset: number })[];
}

/** Plays the steps as a broker would, and knows of every record what became of its transaction. */
function play(steps: readonly Step[]): Log {
  const messages: (FetchedMessage & { isAborted: boolean })[] = [];
  const aborted: (AbortedTransaction & { lastOffset: number })[] = [];
  const open = new Map<number, { firstOffset: number; records: { isAborted: boolean }[] }>();
  const append = (producer: number, part: Partial<FetchedMessage>, inTransaction: boolean) => {
    const message = {
      offset: String(messages.length),
      key: Buffer.alloc(4), // four zero bytes: what the client's own filter takes for an abort marker
      isControlRecord: false,
      batchContext: { producerId: String(producer), inTransaction },
      isAborted: false,
      ...part,
    };
    messages.push(message);
    return message;
  };
  for (const { producer, does } of steps) {
    const transaction = open.get(producer) ?? { firstOffset: messages.length, records: [] };
    if (does === 'write-plain') append(producer, {}, false);
    if (does === 'write') {
      open.set(producer, transaction);
      transaction.records.push(append(producer, {}, true));
    }
    if ((does === 'commit' || does === 'abort') && open.delete(producer)) {
      const type = does === 'abort' ? 0 : 1;
      const marker = append(producer, { key: Buffer.from([0, 0, 0, type]), isControlRecord: true }, true);
      if (does === 'commit') continue;
      for (const record of transaction.records) record.isAborted = true;
      const firstOffset = String(transaction.firstOffset);
      aborted.push({ producerId: String(producer), firstOffset, lastOffset: Number(marker.offset) });
    }
  }
  // A read-committed fetch ends before the first transaction that is still open.
  const stable = Math.min(messages.length, ...[...open.values()].map(({ firstOffset }) => firstOffset));
  return { messages: messages.slice(0, stable), aborted };
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    producer: fc.integer({ min: 1, max: 4 }),
    does: fc.constantFrom<Step['does']>('write', 'write', 'write', 'write-plain', 'commit', 'abort'),
  }),
  { maxLength: 60 },
);

test('exactly the records of aborted transactions are taken out, wherever the fetch starts', () => {
  fc.assert(
    fc.property(steps, fc.nat(), fc.boolean(), (played, seed, isReversed) => {
      const log = play(played);
      const start = log.messages.length === 0 ? 0 : seed % log.messages.length;
      const messages = log.messages.slice(start);
      const listed = log.aborted.filter(({ lastOffset }) => lastOffset >= start);
      const abortedTransactions = isReversed ? listed.toReversed() : listed;
      const kept = filterAbortedMessages({ messages, abortedTransactions });
      assert.deepEqual(
        kept.map(({ offset }) => offset),
        messages.filter(({ isAborted }) => !isAborted).map(({ offset }) => offset),
      );
    }),
    { numRuns: 2000 },
  );
});

test('a response without aborted transactions passes as it is', () => {
  const { messages } = play([{ producer: 1, does: 'write-plain' }]);
  assert.deepEqual(filterAbortedMessages({ messages, abortedTransactions: null }), messages);
});
