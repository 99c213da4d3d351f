import type { OutgoingRecord } from '@understudy/streams';
import { createLogger } from '@understudy/telemetry';
import {
  driveTask,
  memoryLookup,
  MemoryLog,
  noTrouble,
  Simulation,
  type Trouble,
} from '@understudy/streams/testing';
import { comparatorPlan, openComparatorTask } from '../src/open-tasks.ts';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import { JoinTask } from '../src/join-task.ts';
import { LaneTime } from '../src/lane-time.ts';
import { MergeTask } from '../src/merge-task.ts';
import { joinStateFrom, mergeStateFrom } from '../src/lane-states.ts';
import { joinStarts } from '../src/open-tasks.ts';
import { LaneLog, runStart } from './lane-log.ts';
import { testSettings } from './published-lane.ts';

/** Enough of everything that a seed sees some of each. */
export const muchTrouble: Trouble = { loss: 0.004, delay: 0.01, kill: 0.002, freeze: 0.002 };
/** After the last request: production's timeout, the time for its response to arrive, and some more. */
const afterLastMs = 75_000;
/** The longest freeze, and the broker's limit for a transaction that nobody ends, come to an end within it. */
const mendingMs = 100_000;

/** The script's shadow never fails, so no request recovers whose pair would be looked up. */
const lookup = memoryLookup(new MemoryLog());
const logger = createLogger({ service: 'test', level: 'silent' });
const onPublished = (): void => undefined;

/** A lane's comparator in a simulation, with gateway and invoker as scripts: what they write depends on the seed. */
export class SimulatedLane {
  readonly simulation: Simulation;
  /** Requests that the script's invoker has sampled. */
  sampled = 0;
  readonly #lane: ComparatorLane;

  constructor(lane: ComparatorLane, seed: number, options: { members: number; trouble?: Trouble }) {
    const { topics, groupId, partitions } = lane;
    this.#lane = lane;
    this.simulation = new Simulation({
      seed,
      startMs: runStart,
      topics: new Map(Object.values(topics).map((topic) => [topic, partitions])),
      groupId,
      plan: comparatorPlan(lane),
      openTask: ({ offsets: admin }) =>
        openComparatorTask({
          lane,
          admin,
          lookup,
          logger,
          onPublished,
          onHeld: onPublished,
          time: new LaneTime(runStart),
          settingsAt: testSettings(lane),
        }),
      members: options.members,
      trouble: options.trouble ?? noTrouble,
    });
  }

  /** Has so many requests sent to each partition, then lets everything mend. */
  async run(requests: number): Promise<void> {
    await this.simulation.runUntilDone(this.#writeAll(requests));
    this.simulation.calmDown();
    await this.simulation.runFor(mendingMs);
  }

  async #writeAll(requests: number): Promise<void> {
    const { partitions } = this.#lane;
    const scripts = Array.from({ length: partitions }, (_, partition) => this.#write(partition, requests));
    const ends = await Promise.all(scripts);
    await this.simulation.sleep(afterLastMs);
    for (const end of ends) await end();
  }

  /** Returns what ends the partition: ticks, and the progress that follows them. */
  async #write(partition: number, requests: number): Promise<() => Promise<void>> {
    const { simulation } = this;
    const { random } = simulation;
    const { topics } = this.#lane;
    const writer = await simulation.writer(`invoker.${partition}`);
    const shadows: OutgoingRecord[] = [];
    const out = new LaneLog(this.#lane, {
      partition,
      append: (record) =>
        record.topic === topics.shadowResponses ? shadows.push(record) : simulation.append(record),
    });
    const flush = async (): Promise<void> => {
      const records = shadows.splice(0);
      if (random.chance(0.2)) await writer.abort(records);
      await writer.commit({ records });
    };
    for (let n = 0; n < requests; n += 1) {
      await simulation.sleep(random.chance(0.03) ? 17_000 : random.between(0, 900));
      const timeMs = simulation.nowMs;
      const exchangeId = `p${partition}-${n}`;
      const offset = out.request(timeMs, exchangeId, {
        body: { self_employed: random.pick(['yes', 'no', 'unknown']) },
      });
      if (random.chance(0.9)) void this.#answer(out, exchangeId);
      if (random.chance(0.8)) {
        this.sampled += 1;
        out.shadow(timeMs, { offset, timeMs, exchangeId }, random.pick(['approved', 'denied', undefined]));
      } else out.progress(timeMs, offset, timeMs);
      if (random.chance(0.4)) await flush();
    }
    return async () => {
      const timeMs = simulation.nowMs;
      out.raw(topics.productionResponses, timeMs, null);
      out.progress(timeMs, out.raw(topics.requests, timeMs, null), timeMs);
      await flush();
    };
  }

  async #answer(out: LaneLog, exchangeId: string): Promise<void> {
    const { random } = this.simulation;
    await this.simulation.sleep(random.chance(0.05) ? random.between(0, 60_000) : random.between(0, 1_000));
    if (random.chance(0.03)) {
      out.raw(this.#lane.topics.productionResponses, this.simulation.nowMs, Buffer.from('unreadable'));
    } else out.production(this.simulation.nowMs, exchangeId, 'approved', random.chance(0.1) ? 503 : 200);
  }
}

/** What a lane has published: order is kept where readers see one. */
export interface Published {
  readonly comparisons: readonly string[];
  readonly parts: readonly string[];
  readonly divergence: readonly string[];
  /** The newest: a transaction of several windows writes one. */
  readonly verdict: string | undefined;
  readonly alerts: readonly string[];
  readonly deadLetters: readonly string[];
}

/** What is committed in the simulated log. */
export function published(lane: ComparatorLane, { simulation }: SimulatedLane): Published {
  return publishedIn(lane, (topic, partition) => simulation.committed(topic, partition));
}

/** What one pass over the same inputs publishes: no groups, no transactions, nothing fetched, nothing that fails. */
export async function expected(lane: ComparatorLane, { simulation }: SimulatedLane): Promise<Published> {
  const { topics, partitions, lanePartition } = lane;
  const log = new MemoryLog();
  const inputs = [topics.requests, topics.productionResponses, topics.shadowResponses];
  for (let partition = 0; partition < partitions; partition += 1) {
    for (const topic of inputs) for (const record of simulation.committed(topic, partition)) log.add(record);
    await driveTask({
      log,
      inputs: inputs.map((topic) => ({ topic, partition })),
      open: (committed) => {
        const state = joinStateFrom(lane, committed);
        const start = new Map(
          [...joinStarts(lane, state)].map(([topic, ms]) => [topic, log.offsetAtTime(topic, partition, ms)]),
        );
        return { task: new JoinTask({ lane, partition, state, processed: start, lookup }), start };
      },
    });
  }
  await driveTask({
    log,
    inputs: [topics.windowParts, topics.divergence].map((topic) => ({ topic, partition: lanePartition })),
    open: (committed) => {
      const state = mergeStateFrom(lane, committed);
      const [settingsAt, time] = [testSettings(lane), new LaneTime(runStart)];
      const task = new MergeTask({
        lane,
        settingsAt,
        time,
        onPublished,
        state,
        processed: 0,
        divergenceFrom: 0,
      });
      return {
        task,
        start: new Map([
          [topics.windowParts, 0],
          [topics.divergence, 0],
        ]),
      };
    },
  });
  return publishedIn(lane, (topic, partition) => log.read(topic, partition));
}

interface Written {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

function publishedIn(
  { topics, partitions, codecs }: ComparatorLane,
  read: (topic: string, partition: number) => readonly Written[],
): Published {
  const all = (topic: string): Written[] =>
    Array.from({ length: partitions }, (_, partition) => read(topic, partition)).flat();
  const texts = (topic: string): string[] =>
    all(topic).map(
      ({ key, value, headers: { traceparent = '' } }) =>
        `${key?.toString() ?? ''} ${traceparent} ${value?.toString('hex') ?? ''}`,
    );
  // How empty windows are grouped depends on when they were closed, and parts of several partitions come in any order.
  const parts = all(topics.windowParts).filter(({ value }) => {
    const part = value === null ? null : codecs.decode('window-part', value);
    return part !== null && !(part instanceof Promise) && part.segments.length > 0;
  });
  return {
    comparisons: texts(topics.comparisons),
    parts: parts.map(({ value }) => value?.toString('hex') ?? '').toSorted(),
    divergence: texts(topics.divergence),
    verdict: texts(topics.verdicts).at(-1),
    alerts: texts(topics.alerts),
    deadLetters: texts(topics.deadLetters),
  };
}
