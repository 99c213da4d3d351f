import type { IncomingRecord } from '../client/records.ts';
import type { Appetite, OpenedTask, OpenTask, StreamTask, TaskOutput, WantedTick } from './stream-task.ts';
import { inputKey, type TaskSpec } from './task-plan.ts';

/** An opened block, and where its reading begins, by {@link inputKey}. */
export interface OpenedBlock {
  readonly task: StreamTask;
  readonly start: ReadonlyMap<string, number>;
}

export type OpenBlock = (...context: Parameters<OpenTask>) => Promise<OpenedBlock>;

/**
 * Opens a task for each partition of a block, and makes one of them: so many partitions need no more producers,
 * transactions and members than 16 do. A task knows one partition only, whatever the block.
 */
export function openBlock(openTask: OpenTask): OpenBlock {
  return async ({ spec, committed, wake }) => {
    const opened = await Promise.all(
      partsOf(spec).map(async (part) => {
        const ofPart = committed.filter(({ partition }) => part.partition === partition);
        return { ...part, ...(await openTask({ spec: part.spec, committed: ofPart, wake })) };
      }),
    );
    const start = opened.flatMap((part) => startsOf(part));
    const [first, ...others] = opened;
    if (first === undefined) throw new Error(`task ${spec.id} has no inputs`);
    const task =
      others.length === 0
        ? first.task
        : new BlockTask(new Map(opened.map((part) => [part.partition, part.task])));
    return { task, start: new Map(start) };
  };
}

interface Part {
  readonly partition: number;
  readonly spec: TaskSpec;
}

/** By partition: its inputs, and the id that a task of its own would have. */
function partsOf(spec: TaskSpec): readonly Part[] {
  const parts = [...Map.groupBy(spec.inputs, ({ partition }) => partition)];
  return parts.map(([partition, inputs]) => ({
    partition,
    spec: parts.length === 1 ? spec : { ...spec, id: String(partition), inputs },
  }));
}

function startsOf({ partition, start }: Part & OpenedTask): readonly (readonly [string, number])[] {
  return [...start].map(([topic, offset]) => [inputKey({ topic, partition }), offset]);
}

/** The tasks of several partitions as one: each gets its own records, and what is ready is committed together. */
class BlockTask implements StreamTask {
  readonly #parts: ReadonlyMap<number, StreamTask>;
  /** Whose output is being committed. */
  #committing: readonly StreamTask[] = [];

  constructor(parts: ReadonlyMap<number, StreamTask>) {
    this.#parts = parts;
  }

  accept(record: IncomingRecord): void | Promise<void> {
    return this.#part(record.partition).accept(record);
  }

  appetite(topic: string, head: IncomingRecord | null, partition: number): Appetite {
    return this.#part(partition).appetite(topic, head, partition);
  }

  output(isOverdue?: boolean): TaskOutput | null {
    const ready = [...this.#parts.values()].flatMap((task) => {
      const output = task.output(isOverdue);
      return output === null ? [] : [{ task, output }];
    });
    if (ready.length === 0) return null;
    this.#committing = ready.map(({ task }) => task);
    return {
      records: ready.flatMap(({ output }) => output.records),
      positions: ready.flatMap(({ output }) => output.positions),
    };
  }

  committed(baseOffsets: ReadonlyMap<string, number>): void {
    for (const task of this.#committing) task.committed(baseOffsets);
    this.#committing = [];
  }

  wantedTicks(nowMs: number): readonly WantedTick[] {
    return [...this.#parts.values()].flatMap((task) => task.wantedTicks(nowMs));
  }

  close(): void {
    for (const task of this.#parts.values()) task.close();
  }

  #part(partition: number): StreamTask {
    const task = this.#parts.get(partition);
    if (task === undefined) throw new Error(`partition ${partition} is not of this block`);
    return task;
  }
}
