import type { JudgedPair } from './judged-pairs.ts';

/** What two runs have found of one request. */
export interface MergedPair {
  readonly exchangeId: string;
  /** Whether the answer of each agrees with production's. */
  readonly first: boolean;
  readonly second: boolean;
}

export interface MergePairsOptions {
  /** Of one partition, as `judgedPairs` gives them. */
  readonly first: AsyncIterable<JudgedPair>;
  readonly second: AsyncIterable<JudgedPair>;
  /** Called for each request that both have compared. */
  readonly onPair: (pair: MergedPair) => void;
  /** Requests of each side that may wait for a recovery of the other's; default 100,000. */
  readonly maxWaiting?: number;
}

const defaultMaxWaiting = 100_000;

/**
 * Merges two runs by the positions of their requests. Both come in the order of the requests, so nothing is held but what
 * only one of them has compared there: the other may have deferred that request, and its recovery comes later.
 *
 * @returns requests of which it is not known whether both have compared them, for want of room; 0: all are told
 */
export async function mergePairs(options: MergePairsOptions): Promise<number> {
  const { onPair, maxWaiting = defaultMaxWaiting } = options;
  const first = new Side(options.first, maxWaiting);
  const second = new Side(options.second, maxWaiting);
  let [a, b] = [await first.next(), await second.next()];
  while (a !== null && b !== null) {
    if (a.offset === b.offset) onPair({ exchangeId: a.exchangeId, first: a.agrees, second: b.agrees });
    if (a.offset < b.offset) first.wait(a);
    if (b.offset < a.offset) second.wait(b);
    const [atFirst, atSecond] = [a.offset <= b.offset, b.offset <= a.offset];
    if (atFirst) a = await first.next();
    if (atSecond) b = await second.next();
  }
  for (; a !== null; a = await first.next()) first.wait(a);
  for (; b !== null; b = await second.next()) second.wait(b);
  for (const [offset, { exchangeId, agrees }] of first.waiting) {
    const other = second.waiting.get(offset);
    if (other !== undefined) onPair({ exchangeId, first: agrees, second: other.agrees });
  }
  return Math.min(first.left, second.recoveries) + Math.min(second.left, first.recoveries);
}

/** One run's pairs, and those that wait for the other's. */
class Side {
  readonly #pairs: AsyncIterator<JudgedPair>;
  readonly #maxWaiting: number;
  /** By offset. */
  readonly waiting = new Map<number, JudgedPair>();
  /** Not held, for want of room. */
  left = 0;
  recoveries = 0;

  constructor(pairs: AsyncIterable<JudgedPair>, maxWaiting: number) {
    this.#pairs = pairs[Symbol.asyncIterator]();
    this.#maxWaiting = maxWaiting;
  }

  /** The next in the order of the requests; null: there are no more. Recoveries on the way wait. */
  async next(): Promise<JudgedPair | null> {
    for (;;) {
      const { value, done } = await this.#pairs.next();
      if (done === true) return null;
      if (!value.isRecovery) return value;
      this.recoveries += 1;
      this.wait(value);
    }
  }

  wait(pair: JudgedPair): void {
    if (this.waiting.size < this.#maxWaiting) this.waiting.set(pair.offset, pair);
    else this.left += 1;
  }
}
