import type { CommittedOffset } from '../client/admin.ts';
import type { OutgoingRecord } from '../client/records.ts';
import type { OpenedTask, StreamTask } from '../tasks/stream-task.ts';
import type { TaskInput } from '../tasks/task-plan.ts';
import type { MemoryLog } from './memory-log.ts';

export interface DriveOptions {
  readonly log: MemoryLog;
  readonly inputs: readonly TaskInput[];
  /** Opens the task from what is committed, as `OpenTask` does. */
  readonly open: (committed: readonly CommittedOffset[]) => OpenedTask;
  /**
   * What happens, step by step: a number chooses an input and how many records it gives, a commit, or a kill.
   * When they are used up, everything is fed and committed to the end, and what is only overdue after that. The same steps give the same run.
   */
  readonly steps?: readonly number[];
}

interface Running {
  readonly task: StreamTask;
  readonly positions: Map<string, number>;
}

/** Turns in which nothing happens, until nothing is left to do: a task may wait for what comes while it does. */
const idleTurns = 10;

/**
 * Runs one task over a log in memory, without a broker: any interleaving, any batch size, a kill anywhere. What is
 * committed is appended to the log.
 *
 * @returns what was committed, in order
 */
export async function driveTask(options: DriveOptions): Promise<readonly OutgoingRecord[]> {
  const { log, inputs, steps = [] } = options;
  const written: OutgoingRecord[] = [];
  let committed: CommittedOffset[] = inputs.map((input) => ({ ...input, offset: null, metadata: null }));
  let running = start();

  function start(): Running {
    const { task, start: from } = options.open(committed);
    return { task, positions: new Map(from) };
  }

  async function feed(input: TaskInput, count: number): Promise<boolean> {
    const { task, positions } = running;
    let fed = false;
    for (let n = 0; n < count; n += 1) {
      const position = positions.get(input.topic) ?? 0;
      const record = log.next(input.topic, input.partition, position);
      if (record === undefined || task.appetite(input.topic, record, input.partition) !== 'now') break;
      await task.accept(record);
      positions.set(input.topic, record.offset + 1);
      fed = true;
    }
    return fed;
  }

  function commit(isOverdue = false): boolean {
    const output = running.task.output(isOverdue);
    if (output === null) return false;
    written.push(...output.records);
    const baseOffsets = new Map<string, number>();
    for (const record of output.records) {
      const offset = log.append(record, 0);
      const partition = `${record.topic}/${record.partition}`;
      if (!baseOffsets.has(partition)) baseOffsets.set(partition, offset);
    }
    committed = committed.map((before) => {
      const position = output.positions.find(({ topic }) => topic === before.topic);
      return position === undefined
        ? before
        : { ...before, offset: position.offset, metadata: position.metadata };
    });
    running.task.committed(baseOffsets);
    return true;
  }

  function kill(): void {
    // An output that was handed out and never committed is lost with the process.
    running.task.output();
    running.task.close();
    running = start();
  }

  for (const step of steps) {
    const input = inputs[step % (inputs.length + 2)];
    if (input !== undefined) await feed(input, 1 + (step % 7));
    else if (step % (inputs.length + 2) === inputs.length) commit();
    else kill();
  }
  for (let idle = 0; idle < idleTurns; idle += 1) {
    for (const input of inputs) if (await feed(input, 100)) idle = -1;
    if (commit()) idle = -1;
  }
  commit(true); // a minute later: what waited for a commit without having a reason for one
  return written;
}
