import type { Comparison, DivergingPair } from '@understudy/schemas-avro';
import { maxBodyBytes } from './store/append-pair.ts';

/** A segment that is named by more pairs than there are segments of a sensible config is left out. */
const maxSegments = 500;
export const keptPerSegment = 3;

interface Kept {
  readonly windowStart: number;
  readonly judgement: number;
  readonly pair: DivergingPair;
}

/**
 * Real requests that were answered differently: of each lane, and of each of its segments, the 3 that are least
 * alike, of equal ones the newest. As much as configs name, however long the log is.
 */
export class WorstPairs {
  /** By lane, then by segment; the whole lane's have the key ''. */
  readonly #lanes = new Map<string, Map<string, readonly Kept[]>>();
  /** By lane. */
  readonly #added = new Map<string, number>();

  /**
   * In any order, but those of a partition in that of the log. Records of agreeing pairs only say that their window was judged
   * again: what differed before may not any more.
   *
   * @param judgement - as the record's header says; of two of a window the higher one counts
   */
  add({ lane, windowStart, diverging: pair }: Comparison, judgement: number = 0): void {
    const bySegment = this.#lanes.get(lane) ?? new Map<string, readonly Kept[]>();
    this.#lanes.set(lane, bySegment);
    if (judgement > 0) forgetBefore(bySegment, windowStart, judgement);
    if (pair === null) return;
    this.#added.set(lane, this.added(lane) + 1);
    const keys = Object.entries(pair.segments).map(([field, value]) => JSON.stringify([field, value]));
    const shortened = withShortBodies(pair);
    for (const key of ['', ...keys]) {
      const kept = bySegment.get(key);
      if (kept === undefined && bySegment.size >= maxSegments) continue;
      const others = (kept ?? []).filter((known) => known.pair.exchangeId !== pair.exchangeId);
      bySegment.set(
        key,
        [...others, { windowStart, judgement, pair: shortened }].toSorted(byConcern).slice(0, keptPerSegment),
      );
    }
  }

  /** How many there were of a lane: while it is the same number, the same ones are kept. */
  added(lane: string): number {
    return this.#added.get(lane) ?? 0;
  }

  forget(lane: string): void {
    this.#lanes.delete(lane);
    this.#added.delete(lane);
  }

  /** Each once, the least alike first; only those of windows that begin at or after `since`. */
  of(lane: string, since: number): readonly DivergingPair[] {
    const kept = [...(this.#lanes.get(lane)?.values() ?? [])].flat();
    const byId = new Map(
      kept.filter(({ windowStart }) => windowStart >= since).map((each) => [each.pair.exchangeId, each]),
    );
    return [...byId.values()].toSorted(byConcern).map(({ pair }) => pair);
  }
}

function forgetBefore(bySegment: Map<string, readonly Kept[]>, windowStart: number, judgement: number): void {
  for (const [key, kept] of bySegment) {
    const left = kept.filter((each) => each.windowStart !== windowStart || each.judgement >= judgement);
    if (left.length < kept.length) bySegment.set(key, left);
  }
}

function withShortBodies(pair: DivergingPair): DivergingPair {
  const { requestBody, productionBody, shadowBody } = pair;
  return {
    ...pair,
    requestBody: short(requestBody),
    productionBody: short(productionBody),
    shadowBody: short(shadowBody),
  };
}

/** A copy: a view would hold the whole. */
function short(body: Buffer): Buffer {
  return body.length <= maxBodyBytes ? body : Buffer.from(body.subarray(0, maxBodyBytes));
}

function byConcern({ pair: a }: Kept, { pair: b }: Kept): number {
  return (
    a.score - b.score ||
    b.requestTime - a.requestTime ||
    b.requestOffset - a.requestOffset ||
    (a.exchangeId < b.exchangeId ? -1 : 1)
  );
}
