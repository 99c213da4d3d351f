import { heldBytes, type IncomingRecord } from '../client/records.ts';
import type { ByteBudget } from './byte-budget.ts';
import { Fifo } from './fifo.ts';
import type { TaskInput } from './task-plan.ts';

/** How much of one input may wait in memory. One fetch can overshoot it by its own size. */
export interface QueueLimits {
  readonly maxRecords: number;
  readonly maxBytes: number;
  /** What may wait where the budget is spent: no input is left without records because others have many. */
  readonly leastBytes: number;
}

export interface InputQueueOptions {
  readonly limits: QueueLimits;
  /** Shared by all inputs of the process. */
  readonly budget: ByteBudget;
}

/**
 * What was fetched of one input and not yet taken by its task, and the position from which to fetch on: our own,
 * for the client goes back to committed offsets whenever it joins.
 */
export class InputQueue {
  readonly input: TaskInput;
  readonly #limits: QueueLimits;
  readonly #budget: ByteBudget;
  readonly #records = new Fifo<IncomingRecord>();
  #bytes = 0;
  #position: number | null = null;
  /** The offset behind the last record that was taken. */
  #taken = 0;

  constructor(input: TaskInput, { limits, budget }: InputQueueOptions) {
    this.input = input;
    this.#limits = limits;
    this.#budget = budget;
  }

  /** The offset from which the next fetch has to begin; null before the first {@link reset}. */
  get position(): number | null {
    return this.#position;
  }

  get size(): number {
    return this.#records.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.size >= this.#limits.maxRecords || this.#bytes >= this.#maxBytes;
  }

  /** Half empty: time to fetch again. The gap to {@link isFull} keeps an input from flapping. */
  get hasRoom(): boolean {
    return this.size <= this.#limits.maxRecords / 2 && this.#bytes <= this.#maxBytes / 2;
  }

  reset(position: number | null): void {
    this.#records.clear();
    this.#hold(-this.#bytes);
    this.#position = position;
    this.#taken = position ?? 0;
  }

  /** Takes a batch that continues the reading; records before the position were taken already. */
  offer(records: readonly IncomingRecord[], nextOffset: number): void {
    const position = this.#position;
    if (position === null) return;
    for (const record of records) {
      if (record.offset < position) continue;
      this.#records.push(record);
      this.#hold(heldBytes(record));
    }
    this.#position = Math.max(position, nextOffset);
  }

  /** The oldest record, or null. */
  peek(): IncomingRecord | null {
    return this.#records.peek();
  }

  /** Drops the record that {@link peek} shows. */
  shift(): void {
    const record = this.#records.shift();
    if (record === null) return;
    this.#hold(-heldBytes(record));
    this.#taken = record.offset + 1;
  }

  /**
   * Where to go on for who is done with all records before `offset`: behind what was fetched and holds none, such as the
   * markers of transactions. What is kept of a log that is quiet for long may begin there.
   */
  goOnFrom(offset: number): number {
    const isAllDone = this.size === 0 && offset >= this.#taken;
    return isAllDone ? Math.max(offset, this.#position ?? 0) : offset;
  }

  get #maxBytes(): number {
    return this.#budget.isSpent ? this.#limits.leastBytes : this.#limits.maxBytes;
  }

  #hold(bytes: number): void {
    this.#bytes += bytes;
    this.#budget.take(bytes);
  }
}
