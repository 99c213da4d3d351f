import type { WindowPart } from '@understudy/schemas-avro';

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
}

export interface MergerOptions {
  readonly partitions: number;
  readonly windowMs: number;
  /** Start of the first window that isn't merged yet, ms since the epoch. */
  readonly next: number;
}

/**
 * Puts the parts of a lane's windows together. A window is complete when all partitions have covered it: counted,
 * not timed. Windows come out in order; those in which no partition sampled anything don't come out.
 */
export class Merger {
  readonly #windowMs: number;
  readonly #coveredUpTo: number[];
  #pending: PendingPart[] = [];
  #next: number;

  constructor({ partitions, windowMs, next }: MergerOptions) {
    this.#windowMs = windowMs;
    this.#next = next;
    this.#coveredUpTo = Array.from({ length: partitions }, () => next);
  }

  /** Start of the first window that isn't complete yet. */
  get next(): number {
    return this.#next;
  }

  /** Offset of the oldest part that is still needed, or null. */
  get oldestNeeded(): number | null {
    return this.#pending[0]?.offset ?? null;
  }

  /** A part of a window that was merged before, as after a restart, is passed over. */
  add(part: WindowPart, offset: number): void {
    if (part.windowEnd <= this.#next) return;
    this.#pending.push({ offset, part });
    const covered = this.#coveredUpTo[part.partition] ?? this.#next;
    this.#coveredUpTo[part.partition] = Math.max(covered, part.windowEnd);
  }

  /** The next complete window, or null. */
  take(): CompleteWindow | null {
    const complete = Math.min(...this.#coveredUpTo);
    while (this.#next < complete) {
      const windowStart = this.#next;
      const windowEnd = windowStart + this.#windowMs;
      const parts = this.#pending.map(({ part }) => part).filter((part) => isShareOf(part, windowStart));
      // Nothing was sampled: go straight to the next window of which somebody has a share.
      this.#next = parts.length > 0 ? windowEnd : Math.min(complete, this.#nextShare(complete));
      this.#pending = this.#pending.filter(({ part }) => part.windowEnd > this.#next);
      if (parts.length > 0) {
        return { windowStart, windowEnd, parts: parts.toSorted((a, b) => a.partition - b.partition) };
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

  #nextShare(otherwise: number): number {
    const starts = this.#pending
      .filter(({ part }) => part.segments.length > 0)
      .map(({ part }) => part.windowStart);
    return Math.min(otherwise, ...starts.filter((start) => start > this.#next));
  }
}

function isShareOf(part: WindowPart, windowStart: number): boolean {
  return part.segments.length > 0 && part.windowStart === windowStart;
}
