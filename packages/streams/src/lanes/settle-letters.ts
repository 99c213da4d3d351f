import { setTimeout as wait } from 'node:timers/promises';
import type { Config } from '@understudy/config';
import { laneName, topicNames } from '@understudy/domain';
import type { Run } from '@understudy/schemas-avro';
import type { KafkaAdmin } from '../client/admin.ts';
import type { KafkaConnection } from '../client/connection.ts';
import { StreamsError, type StreamsErrorCode } from '../client/errors.ts';
import type { OutgoingRecord, TopicPartition } from '../client/records.ts';
import { TransactionalProducer } from '../client/transactional-producer.ts';
import { untilSettled } from '../client/until-settled.ts';
import { findDeadLetters, type FoundLetter, type LetterPosition } from './dead-letter-log.ts';
import { formatSettlement, type Settlement, withLetter } from './letter-headers.ts';
import { allPartitions } from '../tasks/task-plan.ts';
import { configuredLane, liveLanes } from './lane-setup.ts';
import { retryTopics } from './retry-topics.ts';

export interface SettleOptions {
  readonly config: Config;
  readonly connection: KafkaConnection;
  readonly admin: KafkaAdmin;
  readonly settlement: Settlement['settlement'];
  /** At most {@link maxSettledTogether}. */
  readonly positions: readonly LetterPosition[];
  /** Every run by its lane's name; asked again and again. */
  readonly runs: () => Promise<ReadonlyMap<string, Run>>;
  /** Say what would be done, and write nothing. Default false. */
  readonly dryRun?: boolean;
}

/** What became of one letter. */
export interface Settled extends LetterPosition {
  readonly outcome: SettleOutcome;
}

export type SettleOutcome =
  /** It was now; `topic` is where a redriven copy went. */
  | { readonly kind: 'settled'; readonly topic: string | null }
  /** Somebody had done so, or the other, before: nothing was written. */
  | { readonly kind: 'settled-before'; readonly settlement: Settlement }
  /** Nothing was written; the reason is a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Letters of one transaction; their bytes are in memory together. */
export const maxSettledTogether = 100;

/** A request that has failed after so many redrives will fail again. */
const maxRedrives = 5;

/** How a commit ends when another command takes the transactional id at the same moment. */
const lostRace: ReadonlySet<StreamsErrorCode> = new Set<StreamsErrorCode>(['fenced', 'transaction-failed']);
const attempts = 10;
/** Two that keep fencing each other part ways by waiting for a different time. */
const longestPauseMs = 1_000;

/**
 * Settles dead letters: sends copies back to the first retry topic of their lanes, or discards them. What was done is
 * recorded in the letter's partition, in the transaction that holds the copy, so twice is once; two who do it at once
 * fence each other, and the one that comes second finds what the first has done.
 *
 * @returns what became of each position, each once, in their order
 * @throws {StreamsError} 'kafka-unavailable', 'topic-missing' for a lane whose shadow-invoker has never run
 */
export async function settleLetters(options: SettleOptions): Promise<readonly Settled[]> {
  if (options.positions.length > maxSettledTogether) {
    throw new RangeError(`${options.positions.length} letters at once: ${maxSettledTogether} at the most`);
  }
  if (options.dryRun === true) return (await plan(options)).settled;
  for (let attempt = 1; ; attempt += 1) {
    const producer = await TransactionalProducer.open(options.connection, {
      transactionalId: `${options.config.kafka.prefix}dead-letters`,
      writes: writesOf(options.config, await options.runs()),
    });
    try {
      const { settled, records } = await plan(options);
      if (records.length > 0) await producer.commit({ records });
      return settled;
    } catch (error) {
      const isRace = error instanceof StreamsError && lostRace.has(error.code);
      if (!isRace || attempt === attempts) throw error;
    } finally {
      await producer.close();
    }
    await wait(Math.random() * longestPauseMs);
  }
}

/** The dead letters, and the first retries of every lane. */
function writesOf(config: Config, runs: ReadonlyMap<string, Run>): readonly TopicPartition[] {
  const names = topicNames(config.kafka.prefix);
  const lanes = new Set([...liveLanes(config).map(({ lane }) => laneName(lane)), ...runs.keys()]);
  const retries = [...lanes].flatMap((name) => {
    const configured = configuredLane(config, name);
    return configured ? retryTopics(names, configured.lane, configured.shadow.retry).slice(0, 1) : [];
  });
  const topics = [names.shared('shadow-dead-letters'), ...retries.map(({ topic }) => topic)];
  return allPartitions(topics, config.kafka.partitions);
}

interface Plan {
  readonly settled: readonly Settled[];
  readonly records: readonly OutgoingRecord[];
}

async function plan({ config, connection, admin, settlement, ...options }: SettleOptions): Promise<Plan> {
  const positions = [...new Map(options.positions.map((each) => [nameOf(each), each])).values()];
  const topic = topicNames(config.kafka.prefix).shared('shadow-dead-letters');
  const partitionCount = await admin.partitionCount(topic);
  const inTopic = positions.filter(({ partition }) => partition < partitionCount);
  if (inTopic.length > 0) {
    await untilSettled(connection, topic, [...new Set(inTopic.map(({ partition }) => partition))]);
  }
  const found = await findDeadLetters({ connection, admin, topic }, inTopic);
  const byPosition = new Map(found.map((letter) => [nameOf(letter), letter]));
  const runs = settlement === 'redriven' ? await options.runs() : new Map<string, Run>();
  const targetOf = (lane: string): SettleOutcome =>
    retryTarget(lane, { config, run: runs.get(lane) ?? null });
  const settled = positions.map((position): Settled => {
    const letter = byPosition.get(nameOf(position));
    const outcome = letter === undefined ? nowhere(position) : outcomeFor(letter, settlement, targetOf);
    return { ...position, outcome };
  });
  const records = settled.flatMap(({ outcome, ...position }) => {
    const letter = byPosition.get(nameOf(position));
    if (letter === undefined || outcome.kind !== 'settled') return [];
    const copy = outcome.topic === null ? [] : [copyOf(letter, outcome.topic)];
    return [...copy, settlementOf(letter, topic, settlement)];
  });
  const targets = new Set(settled.map(({ outcome }) => (outcome.kind === 'settled' ? outcome.topic : null)));
  for (const target of targets) if (target !== null) await admin.partitionCount(target);
  return { settled, records };
}

function outcomeFor(
  found: FoundLetter,
  settlement: Settlement['settlement'],
  targetOf: (lane: string) => SettleOutcome,
): SettleOutcome {
  if (found.settlement !== null) return { kind: 'settled-before', settlement: found.settlement };
  const { letter } = found;
  if (settlement === 'discarded') return { kind: 'settled', topic: null };
  if (letter === null) return refused('Its headers do not say which lane it belongs to: discard it.');
  if (letter.calls === null) {
    return refused(`It could not be read (${letter.reason}), and would not be now: discard it.`);
  }
  if (letter.calls.redrives >= maxRedrives) {
    return refused(
      `It has been redriven ${letter.calls.redrives} times and failed again each time: discard it.`,
    );
  }
  return targetOf(letter.lane);
}

/** The first retry topic of the lane, as long as somebody reads it. */
function retryTarget(name: string, { config, run }: { config: Config; run: Run | null }): SettleOutcome {
  const configured = configuredLane(config, name);
  if (configured === null) return refused(`The config has no lane ${name}: nobody would read the copy.`);
  if (run?.state === 'ended' || run?.state === 'cancelled') {
    return refused(`The run of ${name} is ${run.state}: nobody would read the copy.`);
  }
  if (run?.kind === 'live' && run.end !== null) {
    return refused(`The run of ${name} has ended, and another live run goes on: nobody would read the copy.`);
  }
  const [first] = retryTopics(topicNames(config.kafka.prefix), configured.lane, configured.shadow.retry);
  if (first === undefined) return refused(`Lane ${name} does not retry: retry.delays is empty.`);
  return { kind: 'settled', topic: first.topic };
}

function copyOf({ letter, record }: FoundLetter, topic: string): OutgoingRecord {
  const { partition, key, value, headers } = record;
  if (letter === null || letter.calls === null) throw new TypeError('only called requests are redriven');
  const calls = { ...letter.calls, redrives: letter.calls.redrives + 1 };
  return { topic, partition, key, value, headers: withLetter(headers, { ...letter, calls }) };
}

function settlementOf(
  { partition, offset, record }: FoundLetter,
  topic: string,
  settlement: Settlement['settlement'],
): OutgoingRecord {
  const headers = formatSettlement({ letterOffset: offset, settlement, settledMs: Date.now() });
  return { topic, partition, key: record.key, value: null, headers };
}

function nowhere(position: LetterPosition): SettleOutcome {
  return refused(`There is no letter at ${nameOf(position)}, or not any more.`);
}

function refused(reason: string): SettleOutcome {
  return { kind: 'refused', reason };
}

function nameOf({ partition, offset }: LetterPosition): string {
  return `${partition}/${offset}`;
}
