import type { Coverage, WindowPart } from '@understudy/schemas-avro';
import { heldUnits } from './kind-sums/held-units.ts';

/** A part and where it stands in its topic. */
interface PendingPart {
  readonly offset: number;
  readonly part: WindowPart;
}

/** A window of which every partition has said its share, and in at least one something was sampled. */
export interface CompleteWindow {
  readonly windowStart: number;
  readonly windowEnd: number;
  /** Only the parts in which something was sampled, by partition. */
  readonly parts: readonly WindowPart[];
  /** Of how many partitions the run covers it; null: of all. */
  readonly coverage: Coverage | null;
}

export interface MergerOptions {
  readonly partitions: number;
  readonly windowMs: number;
  /** Start of the first window that isn't merged yet, ms since the epoch. */
  readonly next: number;
  /**
   * Parts and segments in them that are held at the most, but for the oldest window's; a segment that holds many pairs one
   * by one counts for more. Default 20,000: some 40 MB.
   */
  readonly maxHeld?: number;
}

const defaultMaxHeld = 20_000;
/** Keys that take as much memory as what is counted as one: a segment's sums without pairs. */
const keysHeldAsOne = 10;

/**
 * Puts the parts of a lane's windows together. A window is complete when all partitions have covered it: counted,
 * not timed. Windows come out in order; those in which no partition sampled anything don't come out. A part may say that
 * its partition is not covered: then the window comes out without it, and says so.
 *
 * While one partition stands still, the others' parts are held only up to a limit. Then those furthest ahead are left in
 * the log; when their turn comes, the merge begins again where the first of them stands.
 */
export class Merger {
  readonly #windowMs: number;
  readonly #coveredUpTo: number[];
  readonly #maxHeld: number;
  #pending: PendingPart[] = [];
  #held = 0;
  /** Windows from `windowStart` on are left in the log; the first part of them stands at `offset`. */
  #left: { readonly windowStart: number; readonly offset: number } | null = null;
  #next: number;

  constructor({ partitions, windowMs, next, maxHeld = defaultMaxHeld }: MergerOptions) {
    this.#windowMs = windowMs;
    this.#maxHeld = maxHeld;
    this.#next = next;
    this.#coveredUpTo = Array.from({ length: partitions }, () => next);
  }

  /** Start of the first window that isn't complete yet. */
  get next(): number {
    return this.#next;
  }

  /** Offset of the oldest part that is still needed, or null. */
  get oldestNeeded(): number | null {
    const oldest = Math.min(this.#pending[0]?.offset ?? Infinity, this.#left?.offset ?? Infinity);
    return oldest === Infinity ? null : oldest;
  }

  /** Parts that are held, and segments in them. */
  get held(): number {
    return this.#held;
  }

  /** The next window's parts were left in the log: read on from {@link oldestNeeded} with a new merger. */
  get mustReadAgain(): boolean {
    return this.#left !== null && this.#next >= this.#left.windowStart;
  }

  /** A part of a window that was merged before, as after a restart, is passed over. */
  add(part: WindowPart, offset: number): void {
    if (part.windowEnd <= this.#next) return;
    // Its offset is behind that of the first one left.
    if (this.#left !== null && part.windowStart >= this.#left.windowStart) return;
    this.#pending.push({ offset, part });
    this.#held += sizeOf(part);
    const covered = this.#coveredUpTo[part.partition] ?? this.#next;
    this.#coveredUpTo[part.partition] = Math.max(covered, part.windowEnd);
    if (this.#held > this.#maxHeld) this.#leaveFurthest();
  }

  /** The next complete window that ends by then, or null. @param untilMs - a window boundary; default none */
  take(untilMs: number = Infinity): CompleteWindow | null {
    const complete = Math.min(untilMs, ...this.#coveredUpTo, this.#left?.windowStart ?? Infinity);
    while (this.#next < complete) {
      const windowStart = this.#next;
      const windowEnd = windowStart + this.#windowMs;
      const parts = this.#pending.map(({ part }) => part).filter((part) => isShareOf(part, windowStart));
      const coverage = parts.length > 0 ? this.#coverageOf(windowStart) : null;
      // Nothing was sampled: go straight to the next window of which somebody has a share.
      this.#next = parts.length > 0 ? windowEnd : Math.min(complete, this.#nextShare(complete));
      this.#keep(this.#pending.filter(({ part }) => part.windowEnd > this.#next));
      if (parts.length > 0) {
        return {
          windowStart,
          windowEnd,
          parts: parts.toSorted((a, b) => a.partition - b.partition),
          coverage,
        };
      }
    }
    return null;
  }

  /** Partitions that hold back the oldest window in which something was sampled, and the end of that window. */
  awaited(): { readonly untilMs: number; readonly partitions: readonly number[] } | null {
    const ends = this.#pending
      .filter(({ part }) => part.segments.length > 0)
      .map(({ part }) => part.windowEnd);
    if (ends.length === 0) return null;
    const untilMs = Math.min(...ends);
    const partitions = this.#coveredUpTo.flatMap((covered, partition) =>
      covered < untilMs ? [partition] : [],
    );
    return { untilMs, partitions };
  }

  #coverageOf(windowStart: number): Coverage | null {
    const missing = this.#pending.filter(
      ({ part }) => !part.covered && part.windowStart <= windowStart && windowStart < part.windowEnd,
    );
    const of = this.#coveredUpTo.length;
    return missing.length === 0 ? null : { covered: of - missing.length, of };
  }

  /** Half of them at once, for finding them takes time; the next window's stay, so that it can come out. */
  #leaveFurthest(): void {
    let kept = 0;
    const first = this.#pending
      .toSorted((a, b) => a.part.windowStart - b.part.windowStart)
      .find(({ part }) => {
        kept += sizeOf(part);
        return kept > this.#maxHeld / 2 && part.windowStart > this.#next;
      });
    if (first === undefined) return;
    const { windowStart } = first.part;
    const left = this.#pending.filter(({ part }) => part.windowStart >= windowStart);
    const offset = Math.min(this.#left?.offset ?? Infinity, ...left.map((part) => part.offset));
    this.#left = { windowStart, offset };
    this.#keep(this.#pending.filter(({ part }) => part.windowStart < windowStart));
  }

  #keep(parts: PendingPart[]): void {
    this.#pending = parts;
    this.#held = parts.reduce((sum, { part }) => sum + sizeOf(part), 0);
  }

  #nextShare(otherwise: number): number {
    const starts = this.#pending
      .filter(({ part }) => part.segments.length > 0)
      .map(({ part }) => part.windowStart);
    return Math.min(otherwise, ...starts.filter((start) => start > this.#next));
  }
}

function sizeOf({ segments, keys }: WindowPart): number {
  const ofKeys = keys.reduce((sum, counts) => sum + Math.ceil(counts.keys.length / keysHeldAsOne), 0);
  return segments.reduce((sum, segment) => sum + heldUnits(segment), 1 + ofKeys);
}

function isShareOf(part: WindowPart, windowStart: number): boolean {
  return part.segments.length > 0 && part.windowStart === windowStart;
}
