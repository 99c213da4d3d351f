import type { CommittedOffset, PartitionBounds } from '../client/admin.ts';
import type { OpenBlock, OpenedBlock } from './block-task.ts';
import { StreamsError } from '../client/errors.ts';
import { delay } from './clock.ts';
import { inputKey, type TaskInput, type TaskSpec } from './task-plan.ts';
import type { TaskPorts, Transactions } from './task-ports.ts';

export interface TakeOverOptions {
  readonly spec: TaskSpec;
  readonly groupId: string;
  readonly ports: TaskPorts;
  readonly openBlock: OpenBlock;
  readonly wake: () => void;
  /** Resolves when the task is to be closed. */
  readonly closed: Promise<void>;
  /** Told at once of what was opened: it is to be closed, also where the take-over fails afterwards. */
  readonly onFenced: (transactions: Transactions) => void;
  readonly onOpened: (opened: OpenedBlock) => void;
}

const boundLooks = 10;
const boundRetryMs = 500;

/**
 * Fence, read, open, validate: the former owner is shut out and its last transaction settled before committed
 * offsets are read, or they could be older than what it has just committed.
 *
 * @returns what is committed, and where reading begins, by `inputKey`
 * @throws {StreamsError} 'offset-out-of-range' if the log does not hold where a task has to go on
 */
export async function takeOver(
  options: TakeOverOptions,
): Promise<{ readonly committed: readonly CommittedOffset[]; readonly start: ReadonlyMap<string, number> }> {
  const { spec, groupId, ports, openBlock, wake, onFenced, onOpened } = options;
  onFenced(await ports.takeOverId(groupId, spec));
  const answers = [...Map.groupBy(spec.inputs, ({ topic }) => topic)].map(([topic, inputs]) => {
    const partitions = inputs.map(({ partition }) => partition);
    return ports.offsets.committed(groupId, [topic], partitions);
  });
  const committed = (await Promise.all(answers)).flat();
  const opened = await openBlock({ spec, committed, wake });
  onOpened(opened);
  const starts = spec.inputs.map((input) => {
    const start = opened.start.get(inputKey(input));
    if (start === undefined)
      throw new Error(`task ${spec.id} was opened without a start for ${inputKey(input)}`);
    return { ...input, start };
  });
  for (const [topic, of] of Map.groupBy(starts, (each) => each.topic)) await checkBounds(options, topic, of);
  return { committed, start: opened.start };
}

interface Start extends TaskInput {
  readonly start: number;
}

/** After a broker's failure the end may seem to lie before records that were read: it is looked at again. */
async function checkBounds(
  { ports, closed }: TakeOverOptions,
  topic: string,
  starts: readonly Start[],
): Promise<void> {
  for (let look = 1; ; look += 1) {
    const bounds = await ports.offsets.bounds(topic);
    const outside = starts.flatMap((at) => {
      const log = bounds[at.partition];
      return log === undefined || (at.start >= log.start && at.start <= log.end) ? [] : [{ ...at, log }];
    });
    const [first] = outside;
    if (first === undefined) return;
    const gone =
      outside.find(({ start, log }) => start < log.start) ?? (look === boundLooks ? first : undefined);
    if (gone !== undefined) throw outOfRange(gone);
    await delay(ports.clock, boundRetryMs, closed);
  }
}

function outOfRange({
  topic,
  partition,
  start,
  log,
}: Start & { readonly log: PartitionBounds }): StreamsError {
  return new StreamsError(
    'offset-out-of-range',
    `${topic}/${partition} holds offsets ${log.start} to ${log.end}, but the task has to go on at ${start}: ` +
      'records were deleted before they were read, or the topic was made anew; `understudy gaps list` says what is not ' +
      'covered, and how to go on without it',
  );
}
