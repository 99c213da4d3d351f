/**
 * One log, judged ten times: by one, two or three processes, which are killed with SIGKILL and replaced while they work. What is
 * published must be the same bytes each time. Then `understudy verify` computes the last pass's windows once more.
 *
 * Set by the environment: UNDERSTUDY_PROOF_SEED (default random, printed).
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Config, loadConfig } from '@understudy/config';
import { ProcessGroup } from '@understudy/infra-local';
import { windowStart } from '@understudy/domain';
import { openStreams, partitionOf, setUpLanes, type Streams } from '@understudy/streams';
import { createLogger, createMetrics } from '@understudy/telemetry';
import kafkajs, { type Admin } from 'kafkajs';
import { lane, writeInputs } from '../proof/passes/inputs.ts';
import { type Published, readPublished } from '../proof/passes/published.ts';
import { Random } from '../proof/random.ts';
import { ServiceSlot } from '../proof/service-slot.ts';
import { testCluster } from '../support/cluster.ts';
import { waitFor } from '../support/wait-for.ts';

const seed = Number(process.env['UNDERSTUDY_PROOF_SEED'] ?? randomInt(2 ** 31));
const passes = 10;
const partitions = 3;
const windowMs = 1_000;
const requests = 4_000;
const timeoutMs = 60_000;
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

test('ten passes over one log publish the same bytes, and verify finds them the same', async (t) => {
  t.diagnostic(`seed ${seed}: UNDERSTUDY_PROOF_SEED=${seed} tries it again`);
  const random = new Random(seed);
  const started = await start(t);
  const lastMs = await writeInputs({ ...started, random, requests, spreadMs: 5_000 });
  const place = { ...started, lastWindow: windowStart(lastMs, windowMs) };
  const first = await pass(place, { processes: 1, kills: 0 });
  assert.ok(first.divergence.length >= 12, `only ${first.divergence.length} records: the test tested little`);
  assert.ok(first.comparisons.every((records) => records.length > 10));
  for (let n = 2; n <= passes; n += 1) {
    await reset(place);
    const how = { processes: 1 + (n % 3), kills: n % 2 };
    assert.deepEqual(await pass(place, how), first, `pass ${n}: ${JSON.stringify(how)}`);
  }
  await verifyThem(place, new Set(first.divergence.map((line) => line.split(' ')[0])).size);
  await rm(place.folder, { recursive: true });
});

interface Started {
  readonly folder: string;
  readonly config: Config;
  readonly streams: Streams;
  readonly slots: readonly ServiceSlot[];
}

interface Place extends Started {
  /** Start of the last window in which something was sampled, ms since the epoch. */
  readonly lastWindow: number;
}

async function start(t: TestContext): Promise<Started> {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const folder = await mkdtemp(join(tmpdir(), 'understudy-passes-'));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const processes = new ProcessGroup({ onExit: () => {} });
  t.after(() => processes.stop());
  const file = join(folder, 'understudy.yaml');
  await writeFile(file, configText(cluster));
  const config = loadConfig({ file, env: {} });
  const streams = await open(config);
  t.after(() => streams.close());
  await setUpLanes({ config, ...streams }); // the run begins before the first request
  const slots = [0, 1, 2].map(
    (number) => new ServiceSlot({ service: 'comparator', number, processes, folder }),
  );
  return { folder, config, streams, slots };
}

function open(config: Config): Promise<Streams> {
  const logger = createLogger({ service: 'test', level: 'fatal' });
  return openStreams({ config, service: 'test', logger, metrics: createMetrics({ service: 'test' }) });
}

function configText({ brokers, registryUrl }: { brokers: readonly string[]; registryUrl: string }): string {
  const prefix = `passes-${randomBytes(4).toString('hex')}.`;
  const experiment = {
    name: 'quotes',
    route: { path: '/quotes' },
    production: { url: 'http://127.0.0.1:9', timeout: '1s' },
    window: `${windowMs}ms`,
    shadows: [{ name: 'heavy', url: 'http://127.0.0.1:9' }],
    comparison: { kind: 'class', label: '/decision' },
    segments: [{ field: '/tier', values: ['gold'] }],
    keep: { divergingPairs: 20 },
    alerts: { divergence: { max: 0.15 }, resolveAfter: 1 },
  };
  return JSON.stringify({
    kafka: { brokers, prefix, partitions, sessionTimeout: '2s' },
    registry: { url: registryUrl },
    comparator: { port: 'off' },
    alerts: { falseAlarms: '1m' },
    experiments: [experiment],
  });
}

interface Pass {
  readonly processes: number;
  /** Of processes, each replaced; as soon as something more is published. */
  readonly kills: number;
}

/** Judges the whole log. */
async function pass(place: Place, how: Pass): Promise<Published> {
  // A client of its own: one that has seen topics goes on asking for them when they are gone.
  const streams = await open(place.config);
  try {
    return await judge({ ...place, streams }, how);
  } finally {
    await streams.close();
  }
}

async function judge(place: Place, { processes, kills }: Pass): Promise<Published> {
  const slots = place.slots.slice(0, processes);
  await Promise.all(slots.map((slot) => slot.start()));
  const outputs = outputTopics(place);
  let published = 0;
  for (let kill = 0; kill < kills; kill += 1) {
    const before = published;
    await waitFor(
      async () => (published = await recordsIn(place, outputs)) > before || (await isOver(place)),
      {
        what: 'something to be published',
        timeoutMs,
      },
    );
    const slot = slots[kill % slots.length];
    slot?.process?.kill('SIGKILL');
    await waitFor(() => slot?.isRunning === false, { what: 'the process to be dead', timeoutMs });
    await slot?.start();
  }
  await waitFor(() => isOver(place), { what: 'the last window', timeoutMs });
  await Promise.all(slots.map(async (slot) => slot.process?.stop()));
  return readPublished(place.config, place.streams);
}

/** Deletes what the comparators wrote, and where they were: the next ones begin with the run. */
async function reset({ config }: Place): Promise<void> {
  await withAdmin(config, async (admin) => {
    await admin.deleteGroups([groupOf(config)]);
    const topics = outputTopics({ config });
    await waitFor(() => areGone(admin, topics), { what: 'the topics to be gone', timeoutMs });
  });
}

async function withAdmin({ kafka }: Config, work: (admin: Admin) => Promise<void>): Promise<void> {
  const client = new kafkajs.Kafka({ brokers: [...kafka.brokers], logLevel: kafkajs.logLevel.NOTHING });
  const admin = client.admin();
  await admin.connect();
  try {
    await work(admin);
  } finally {
    await admin.disconnect();
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

function outputTopics({ config }: Pick<Place, 'config'>): readonly string[] {
  const ofLanes = ['window-parts', 'divergence', 'verdicts', 'alerts'];
  return [...ofLanes, `comparisons.${lane}`].map((topic) => config.kafka.prefix + topic);
}

async function recordsIn({ streams }: Place, topics: readonly string[]): Promise<number> {
  const bounds = await Promise.all(topics.map((topic) => streams.admin.bounds(topic)));
  return bounds.flat().reduce((sum, { start: from, end }) => sum + end - from, 0);
}

/** By where the merge says that it stands: asked often, and cheap to ask. */
async function isOver({ config, streams, lastWindow }: Place): Promise<boolean> {
  const partition = partitionOf(lane, partitions);
  const topic = `${config.kafka.prefix}window-parts`;
  const [committed] = await streams.admin.committed(groupOf(config), [topic], [partition]);
  return committed?.metadata?.includes(`"windowStart":${lastWindow}`) === true;
}

function groupOf({ kafka }: Config): string {
  return `${kafka.prefix}${lane}.comparator`;
}

/** As they are, by another config, and when the first request is no longer there. */
async function verifyThem({ folder, config }: Place, windows: number): Promise<void> {
  const same = await verify(folder);
  assert.equal(same.status, 0, same.stdout);
  assert.match(same.stdout, new RegExp(`^${windows} same, 0 differ, 0 can't be told$`, 'm'));

  const file = join(folder, 'understudy.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"gold"', '"silver"'));
  const other = await verify(folder);
  assert.equal(other.status, 1, other.stdout);
  assert.match(other.stdout, /why: it was judged under the config \w{16}, and the config here is \w{16}/);
  await writeFile(file, text);

  const topic = `${config.kafka.prefix}requests`;
  await withAdmin(config, async (admin) => {
    await admin.fetchTopicOffsets(topic); // it deletes only where it knows the leader
    const before = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '5' }));
    await admin.deleteTopicRecords({ topic, partitions: before });
  });
  const gone = await verify(folder);
  assert.equal(gone.status, 2, gone.stdout);
  assert.match(gone.stdout, /can't be told: records .* deleted: .*requests\/\d begins at offset 5/);
}

async function verify(folder: string): Promise<{ readonly status: number; readonly stdout: string }> {
  const command = [main, 'verify', lane, '--last', '100', '--config', join(folder, 'understudy.yaml')];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: timeoutMs });
    return { status: 0, stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout: stdout + stderr };
  }
}
