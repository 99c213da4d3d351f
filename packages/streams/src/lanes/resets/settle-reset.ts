import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@understudy/telemetry';
import type { CommittedOffset, KafkaAdmin } from '../../client/admin.ts';
import type { KafkaConnection } from '../../client/connection.ts';
import { StreamsError, type StreamsErrorCode } from '../../client/errors.ts';
import type { OutgoingRecord, TopicPartition } from '../../client/records.ts';
import { type CommitPosition, TransactionalProducer } from '../../client/transactional-producer.ts';
import { decodeState, encodeState, readableState } from '../../tasks/committed-state.ts';
import { producerOptions } from '../../tasks/producer-options.ts';
import type { TaskInput, TaskPlan, TaskSpec } from '../../tasks/task-plan.ts';

/** Offsets that somebody has set by hand, or that have expired, while no task of the group can commit. */
export interface OffsetsReset {
  /** Of every input that tasks commit, whether it was reset or not. */
  readonly committed: readonly CommittedOffset[];
  /** The how manieth reset of the group this is, from 1 on. It may pass over numbers, and never goes back. */
  readonly number: number;
}

/** What the transaction holds that settles a reset. */
export interface SettledReset {
  readonly records: readonly OutgoingRecord[];
  readonly positions: readonly CommitPosition[];
}

export interface SettleResetOptions {
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly groupId: string;
  readonly plan: TaskPlan;
  /** Topics whose offsets tasks commit, each with its state as metadata. */
  readonly committedTopics: ReadonlySet<string>;
  /**
   * Every partition that records of {@link SettledReset} may be written to, and no other: whoever takes the settling over
   * ends its last transaction there, and a marker in an input looks like time that has passed to whoever asks for a tick.
   */
  readonly writes: readonly TopicPartition[];
  /**
   * Whether tasks of the group have committed before: asked where nothing is committed, for offsets of a group without members
   * expire. Default: not.
   */
  readonly hasWorked?: () => Promise<boolean>;
  /** Where all tasks go on. Called again if another process settles the same reset at the same time. */
  readonly goOn: (reset: OffsetsReset) => Promise<SettledReset>;
  readonly logger: Logger;
}

interface Settled {
  readonly number: number;
}

/** How a commit ends when another process settles at the same moment. */
const lostRace: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>(['fenced', 'transaction-failed']);
const attempts = 10;
/** So that two who shut each other out do not go on doing so: up to this long for each attempt made. */
const raceRetryMs = 1_000;
/** Each is a connection of its own. */
const fencedAtOnce = 8;

/**
 * Carries out a reset of a group's offsets by another program, as Kafka's own tool, which leaves their metadata empty.
 * To be called before the group is joined: the tool takes only groups without members, so whoever comes first does it for
 * all tasks. Former owners that were frozen are shut out and their last transactions settled, or they could undo it; then the
 * positions of all inputs are written in one transaction. Offsets that have expired, all of them, are put back in the same
 * way. Where nothing was reset it only reads.
 *
 * @returns whether there was a reset that this call has carried out
 * @throws StreamsError 'kafka-unavailable', or what `goOn` throws
 */
export async function settleReset(options: SettleResetOptions): Promise<boolean> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (!(await isToSettle(options))) return false;
    try {
      return await settleOnce(options);
    } catch (error) {
      if (!(error instanceof StreamsError) || !lostRace.has(error.code)) throw error;
      await delay(Math.random() * raceRetryMs * (attempt + 1));
    }
  }
  throw new StreamsError(
    'kafka-unavailable',
    `could not carry out the reset of ${options.groupId}: others kept writing`,
  );
}

async function settleOnce(options: SettleResetOptions): Promise<boolean> {
  const { connection, groupId, writes, goOn, logger } = options;
  const transactionalId = settlingId(groupId);
  const producer = await TransactionalProducer.open(connection, {
    transactionalId,
    writes,
    groups: [groupId, transactionalId],
    readsPositionsOf: { groupId: transactionalId, ...anyInput(options) },
  });
  try {
    // Another process may have settled it meanwhile, and its tasks run: they are not to be fenced.
    if (!(await isToSettle(options))) return false;
    await fenceTasks(options);
    // What a task had just committed is seen only now.
    if (!(await isToSettle(options))) return false;
    const committed = await committedBy(options);
    const number = await nextNumber(options, producer);
    const { records, positions } = await goOn({ committed, number });
    await producer.commit({ records, offsets: { groupId, positions } });
    logger.warn(
      { group: groupId, reset: number },
      'the offsets of the group were reset, or had expired: it goes on from there',
    );
    return true;
  } finally {
    await producer.close();
  }
}

async function fenceTasks(options: SettleResetOptions): Promise<void> {
  const { connection, groupId, plan } = options;
  const fence = (spec: TaskSpec): Promise<TransactionalProducer> =>
    TransactionalProducer.open(connection, producerOptions(groupId, spec));
  for (let first = 0; first < plan.length; first += fencedAtOnce) {
    const producers = await Promise.all(plan.slice(first, first + fencedAtOnce).map(fence));
    await Promise.all(producers.map((producer) => producer.close()));
  }
}

function anyInput({ plan }: SettleResetOptions): TaskInput {
  const input = plan[0]?.inputs[0];
  if (input === undefined) throw new Error('a plan without inputs');
  return input;
}

/** Taken in a transaction of its own: a number that is not used after all is passed over. */
async function nextNumber(options: SettleResetOptions, producer: TransactionalProducer): Promise<number> {
  const { admin, groupId } = options;
  const input = anyInput(options);
  const ledger = settlingId(groupId);
  const [last] = await admin.committed(ledger, [input.topic], [input.partition]);
  const isFirst = last === undefined || last.offset === null;
  const before = isFirst
    ? 0
    : readableState(0, () => decodeState<Settled>(last, ({ number }) => typeof number === 'number').number);
  const number = before + 1;
  const metadata = encodeState({ number } satisfies Settled);
  await producer.commit({
    records: [],
    offsets: { groupId: ledger, positions: [{ ...input, offset: 0, metadata }] },
  });
  return number;
}

async function committedBy({
  admin,
  groupId,
  plan,
  committedTopics,
}: SettleResetOptions): Promise<readonly CommittedOffset[]> {
  const inputs = plan.flatMap((task) => task.inputs).filter(({ topic }) => committedTopics.has(topic));
  const byTopic = [...Map.groupBy(inputs, ({ topic }) => topic)];
  const answers = byTopic.map(([topic, of]) =>
    admin.committed(
      groupId,
      [topic],
      of.map(({ partition }) => partition),
    ),
  );
  return (await Promise.all(answers)).flat();
}

async function isToSettle(options: SettleResetOptions): Promise<boolean> {
  const committed = await committedBy(options);
  if (committed.some(wasReset)) return true;
  const { hasWorked } = options;
  return hasWorked !== undefined && committed.every(({ offset }) => offset === null) && (await hasWorked());
}

/** An offset that was not committed by a task. */
export function wasReset({ offset, metadata }: CommittedOffset): boolean {
  return offset !== null && (metadata === null || metadata === '');
}

/** Both the transactional id of whoever settles, and the group that counts. */
function settlingId(groupId: string): string {
  return `${groupId}.resets`;
}
