import type { CommittedOffset } from '../client/admin.ts';
import type { CommitPosition } from '../client/transactional-producer.ts';
import type { InputQueue } from './input-queue.ts';
import { inputKey } from './task-plan.ts';

/**
 * A task's positions in its inputs, as the next transaction commits them. A task counts records, but an input that
 * transactions write to ends with their markers; when it is quiet for longer than its records are kept, a position
 * before the markers is no longer in the log. So every commit takes those of quiet inputs along, behind what holds no
 * record.
 */
export class Positions {
  readonly #committed = new Map<string, CommitPosition>();

  reset(committed: readonly CommittedOffset[]): void {
    this.#committed.clear();
    for (const { topic, partition, offset, metadata } of committed)
      if (offset !== null)
        this.#committed.set(inputKey({ topic, partition }), {
          topic,
          partition,
          offset,
          metadata: metadata ?? '',
        });
  }

  /** What to commit where the task has said `given`: an input that it does not name stays where it is, or moves on. */
  next(given: readonly CommitPosition[], queues: readonly InputQueue[]): readonly CommitPosition[] {
    const named = new Map(given.map((position) => [inputKey(position), position]));
    return queues.flatMap((queue) => {
      const key = inputKey(queue.input);
      const position = named.get(key) ?? this.#committed.get(key);
      if (position === undefined) return [];
      const next = { ...position, offset: queue.goOnFrom(position.offset) };
      return named.has(key) || this.#isNews(next) ? [next] : [];
    });
  }

  /** Whether any of these says more than what is committed. */
  areNews(positions: readonly CommitPosition[]): boolean {
    return positions.some((position) => this.#isNews(position));
  }

  /** They are in the log for good. */
  committed(positions: readonly CommitPosition[]): void {
    for (const position of positions) this.#committed.set(inputKey(position), position);
  }

  #isNews(position: CommitPosition): boolean {
    const before = this.#committed.get(inputKey(position));
    return before?.offset !== position.offset || before.metadata !== position.metadata;
  }
}
