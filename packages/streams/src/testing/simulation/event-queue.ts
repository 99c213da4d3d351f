import type { Process } from './world.ts';

/** Something that happens at a time; `order` decides among those of the same time. */
export interface WorldEvent {
  readonly atMs: number;
  readonly order: number;
  readonly owner: Process | null;
  readonly call: () => void;
  isOff: boolean;
}

/** What is still to happen, earliest first: a binary heap. */
export class EventQueue {
  readonly #heap: WorldEvent[] = [];

  add(event: WorldEvent): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(event);
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = heap[above];
      if (parent === undefined || isBefore(parent, event)) break;
      heap[index] = parent;
      index = above;
    }
    heap[index] = event;
  }

  /** The earliest event, if it is not after `endMs`. */
  takeUntil(endMs: number): WorldEvent | null {
    const first = this.#heap[0];
    if (first === undefined || first.atMs > endMs) return null;
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  #sink(event: WorldEvent): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(event, child)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = event;
  }
}

function isBefore(a: WorldEvent, b: WorldEvent): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
