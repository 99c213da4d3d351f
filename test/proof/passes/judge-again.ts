import type { Config } from '@understudy/config';
import { openStreams, partitionOf, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import kafkajs, { type Admin } from 'kafkajs';
import { waitFor } from '../../support/wait-for.ts';
import type { ServiceSlot } from '../service-slot.ts';
import { lane } from './inputs.ts';
import { type Published, readPublished } from './published.ts';

/** A log that is judged again and again. */
export interface Judged {
  readonly config: Config;
  /** Of comparators. */
  readonly slots: readonly ServiceSlot[];
  /** Start of the last window in which something was sampled, ms since the epoch. */
  readonly lastWindow: number;
}

export interface Pass {
  readonly processes: number;
  /** Of processes, each replaced; as soon as something more is published. */
  readonly kills: number;
}

const timeoutMs = 60_000;
/** Kafka's code for a group that still has members. */
const nonEmptyGroup = 68;

export function openTestStreams(config: Config): Promise<Streams> {
  const logger = createLogger({ service: 'test', level: 'fatal' });
  return openStreams({ config, service: 'test', logger, metrics: createMetrics({ service: 'test' }) });
}

/** Judges the whole log from its beginning, and resolves to what was published. */
export async function judgeAgain(judged: Judged, pass: Pass): Promise<Published> {
  const { config } = judged;
  await withAdmin(config, (admin) => forget(admin, config));
  // A client of its own: one that has seen topics goes on asking for them when they are gone.
  const streams = await openTestStreams(config);
  try {
    await run(judged, pass, streams);
    return await readPublished(config, streams);
  } finally {
    await streams.close();
  }
}

async function run(
  { slots: all, ...judged }: Judged,
  { processes, kills }: Pass,
  streams: Streams,
): Promise<void> {
  const slots = all.slice(0, processes);
  await Promise.all(slots.map((slot) => slot.start()));
  // Before that there may be no topic that something can be published to.
  await waitFor(() => slots.some(({ isUp }) => isUp), { what: 'a comparator', timeoutMs });
  const isOver = (): Promise<boolean> => hasMerged(judged, streams);
  let published = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const before = published;
    const more = async (): Promise<boolean> => (published = await recordsIn(judged, streams)) > before;
    await waitFor(async () => (await more()) || (await isOver()), { what: 'anything', timeoutMs });
    const slot = slots[kill % slots.length];
    slot?.process?.kill('SIGKILL');
    await waitFor(() => slot?.isRunning === false, { what: 'the process to be dead', timeoutMs });
    await slot?.start();
  }
  await waitFor(isOver, { what: 'the last window', timeoutMs });
  await Promise.all(slots.map(async (slot) => slot.process?.stop()));
}

/** Deletes what comparators wrote, and where they were: the next ones begin with the run. */
async function forget(admin: Admin, config: Config): Promise<void> {
  await waitFor(() => isForgotten(admin, groupOf(config)), { what: 'the group to be gone', timeoutMs });
  await waitFor(() => areGone(admin, outputTopics(config)), { what: 'the topics to be gone', timeoutMs });
}

/** Deletes a group if it is there; one of whose members was killed is not empty before its session has run out. */
async function isForgotten(admin: Admin, group: string): Promise<boolean> {
  const { groups } = await admin.listGroups();
  if (!groups.some(({ groupId }) => groupId === group)) return true;
  try {
    await admin.deleteGroups([group]);
    return true;
  } catch (error) {
    const [refused] = (error as { groups?: readonly { readonly errorCode?: number }[] }).groups ?? [];
    if (refused?.errorCode === nonEmptyGroup) return false;
    throw error;
  }
}

/** Deletes those that are left. While a topic is being deleted, kafkajs takes what it is told of it for a failure. */
async function areGone(admin: Admin, topics: readonly string[]): Promise<boolean> {
  try {
    const left = (await admin.listTopics()).filter((topic) => topics.includes(topic));
    if (left.length > 0) await admin.deleteTopics({ topics: left });
    return left.length === 0;
  } catch (error) {
    if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
    throw error;
  }
}

export async function withAdmin({ kafka }: Config, work: (admin: Admin) => Promise<void>): Promise<void> {
  const client = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
  }
}

function outputTopics({ kafka }: Config): readonly string[] {
  const ofLanes = ['window-parts', 'divergence', 'verdicts', 'alerts'];
  return [...ofLanes, `comparisons.${lane}`].map((topic) => kafka.prefix + topic);
}

async function recordsIn({ config }: Pick<Judged, 'config'>, { admin }: Streams): Promise<number> {
  const bounds = await Promise.all(outputTopics(config).map((topic) => admin.bounds(topic)));
  return bounds.flat().reduce((sum, { start, end }) => sum + end - start, 0);
}

/** By where the merge says that it stands: asked often, and cheap to ask. */
async function hasMerged(
  { config, lastWindow }: Pick<Judged, 'config' | 'lastWindow'>,
  { admin }: Streams,
): Promise<boolean> {
  const partition = partitionOf(lane, config.kafka.partitions);
  const topic = `${config.kafka.prefix}window-parts`;
  const [committed] = await admin.committed(groupOf(config), [topic], [partition]);
  return committed?.metadata?.includes(`"windowStart":${lastWindow}`) === true;
}

function groupOf({ kafka }: Config): string {
  return `${kafka.prefix}${lane}.comparator`;
}
