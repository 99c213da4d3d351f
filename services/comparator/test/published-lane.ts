import type { Records } from '@understudy/schemas-avro';
import { perRevision } from '@understudy/streams';
import { driveTask, memoryLookup, MemoryLog } from '@understudy/streams/testing';
import type { ComparatorLane } from '../src/comparator-lane.ts';
import type { FindingsSettingsAt } from '../src/findings-settings.ts';
import { JoinTask } from '../src/join-task.ts';
import { joinStateFrom, mergeStateFrom } from '../src/lane-states.ts';
import { LaneTime } from '../src/lane-time.ts';
import { MergeTask } from '../src/merge-task.ts';
import { joinStarts } from '../src/open-tasks.ts';
import type { WindowLog } from '../src/verify/window-log.ts';
import { type LaneLog, nervousWatch, runStart } from './lane-log.ts';

/** What the lane's merge judges by in tests. */
export function testSettings(lane: ComparatorLane): FindingsSettingsAt {
  return perRevision(lane.ready.timeline, ({ experiment, number, configHash, comparingHash }) => ({
    lane: lane.name,
    experiment,
    revision: number,
    watch: nervousWatch(lane, experiment),
    configHash,
    comparingHash,
    alertsHash: 'alerts',
    comparatorVersion: 'test',
    runStart,
  }));
}

/** A log with what a comparator of one partition has published of it, each record appended when its window was over. */
export async function publishedLane(lane: ComparatorLane, { log }: LaneLog): Promise<MemoryLog> {
  const { topics, lanePartition: partition } = lane;
  const inputs = [topics.requests, topics.productionResponses, topics.shadowResponses];
  const joined = await driveTask({
    log,
    inputs: inputs.map((topic) => ({ topic, partition: 0 })),
    open: (committed) => {
      const state = joinStateFrom(lane, committed);
      const start = [...joinStarts(lane, state)].map(
        ([topic, timeMs]) => [topic, log.offsetAtTime(topic, 0, timeMs)] as const,
      );
      const lookup = memoryLookup(log);
      const task = new JoinTask({ lane, partition: 0, state, processed: new Map(), lookup });
      return { task, start: new Map(start) };
    },
  });
  const merged = await driveTask({
    log,
    inputs: [topics.windowParts, topics.divergence].map((topic) => ({ topic, partition })),
    open: (committed) => {
      const state = mergeStateFrom(lane, committed);
      const time = new LaneTime(runStart);
      const options = { settingsAt: testSettings(lane), time, onPublished: () => undefined, processed: 0 };
      const task = new MergeTask({ lane, state, divergenceFrom: 0, ...options });
      return { task, start: new Map([topics.windowParts, topics.divergence].map((topic) => [topic, 0])) };
    },
  });
  const published = new MemoryLog();
  for (const topic of inputs)
    for (const record of log.read(topic, 0)) published.append(record, record.timestampMs);
  for (const record of [...joined, ...merged]) {
    const name = new Map([
      [topics.comparisons, 'comparison'],
      [topics.divergence, 'divergence'],
    ] as const).get(record.topic);
    if (name === undefined || record.value === null) continue;
    const { windowEnd }: Records[typeof name] = await lane.codecs.decode(name, record.value);
    published.append(record, windowEnd + 100);
  }
  return published;
}

/** The log in memory as `verify` reads one; records before an offset may be deleted, by topic. */
export function memoryWindowLog(
  log: MemoryLog,
  deletedBefore: ReadonlyMap<string, number> = new Map(),
): WindowLog {
  const startOf = (topic: string): number => deletedBefore.get(topic) ?? 0;
  return {
    lookup: memoryLookup(log, { start: startOf }),
    bounds: async ({ topic, partition }) => ({
      start: startOf(topic),
      end: log.read(topic, partition).length,
    }),
    offsetAtTime: async ({ topic, partition }, timeMs) =>
      Math.max(startOf(topic), log.offsetAtTime(topic, partition, timeMs)),
    read: async function* ({ topic, partition }, { from, until }) {
      yield* log.read(topic, partition).slice(Math.max(from, startOf(topic)), until);
    },
  };
}
