import type { IncomingRecord } from '../client/records.ts';
import { InputQueue, type InputQueueOptions } from './input-queue.ts';
import type { StreamTask } from './stream-task.ts';
import { inputKey, type TaskInput } from './task-plan.ts';
import type { FetchControl } from './task-ports.ts';

/** A task's inputs: what waits of each, and which of them the consumer fetches. */
export class TaskInputs {
  readonly queues: readonly InputQueue[];
  readonly #inputs: readonly TaskInput[];
  readonly #queueOf: ReadonlyMap<string, InputQueue>;
  readonly #fetching: FetchControl;
  readonly #paused = new Set<InputQueue>();

  constructor(inputs: readonly TaskInput[], options: InputQueueOptions, fetching: FetchControl) {
    this.#inputs = inputs;
    this.#fetching = fetching;
    this.queues = inputs.map((input) => new InputQueue(input, options));
    this.#queueOf = new Map(this.queues.map((queue) => [inputKey(queue.input), queue]));
  }

  /** Records that wait. */
  get size(): number {
    return this.queues.reduce((sum, queue) => sum + queue.size, 0);
  }

  /** What they take in memory. */
  get bytes(): number {
    return this.queues.reduce((sum, queue) => sum + queue.bytes, 0);
  }

  /**
   * Takes a batch. What is full by it is paused at once: the consumer's next fetch begins as soon as this one is handed
   * out, and what it brings of an input that is paused meanwhile is decoded in vain, and fetched again later.
   */
  offer(input: TaskInput, records: readonly IncomingRecord[], nextOffset: number): void {
    const queue = this.#queueOf.get(inputKey(input));
    if (queue === undefined) return;
    queue.offer(records, nextOffset);
    if (queue.isFull) this.#pause(queue);
  }

  /** Forgets what waits, and takes nothing before {@link startAt}. */
  clear(): void {
    for (const queue of this.queues) queue.reset(null);
  }

  /** @param start - by `inputKey`, of every input */
  startAt(start: ReadonlyMap<string, number>): void {
    for (const queue of this.queues) queue.reset(start.get(inputKey(queue.input)) ?? null);
  }

  /** Nothing of any input is fetched until {@link restoreFetching}. */
  pauseAll(): void {
    this.#fetching.pause(this.#inputs);
  }

  /** Tells the client, which has lost or never had them, our positions and pauses. */
  restoreFetching(task: StreamTask | null): void {
    for (const queue of this.queues) {
      if (queue.position !== null) this.#fetching.seek(queue.input, queue.position);
      this.#fetching.resume([queue.input]);
      this.#paused.delete(queue);
    }
    this.followAppetite(task);
  }

  /** Pauses what is full or wanted no more, and resumes what has room again. */
  followAppetite(task: StreamTask | null): void {
    for (const queue of this.queues) {
      const { topic, partition } = queue.input;
      if (queue.isFull || task?.appetite(topic, queue.peek(), partition) === 'never') {
        this.#pause(queue);
      } else if (queue.hasRoom && this.#paused.delete(queue)) {
        this.#fetching.resume([queue.input]);
      }
    }
  }

  #pause(queue: InputQueue): void {
    if (this.#paused.has(queue)) return;
    this.#fetching.pause([queue.input]);
    this.#paused.add(queue);
  }
}
