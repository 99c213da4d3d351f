/**
 * One log, judged ten times: by one, two or three processes, which are killed with SIGKILL and replaced while they work. What is
 * published must be the same bytes each time. Then `understudy verify` computes the last pass's windows once more, and
 * `understudy evidence` seals what its verdict rests on.
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
import { windowStart } from '@understudy/domain';
import { ProcessGroup } from '@understudy/infra-local';
import { setUpLanes } from '@understudy/streams';
import { lane, writeInputs } from '../proof/passes/inputs.ts';
import { judgeAgain, openTestStreams, withAdmin } from '../proof/passes/judge-again.ts';
import { Random } from '../proof/random.ts';
import { ServiceSlot } from '../proof/service-slot.ts';
import { testCluster } from '../support/cluster.ts';

const seed = Number(process.env['UNDERSTUDY_PROOF_SEED'] ?? randomInt(2 ** 31));
const passes = 10;
const partitions = 3;
const windowMs = 1_000;
const requests = 4_000;
const verifyLimitMs = 60_000;
const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));

test('ten passes over one log publish the same bytes, and verify finds them the same', async (t) => {
  t.diagnostic(`seed ${seed}: UNDERSTUDY_PROOF_SEED=${seed} tries it again`);
  const { folder, config, slots } = await start(t);
  const streams = await openTestStreams(config);
  await setUpLanes({ config, ...streams }); // the run begins before the first request
  const lastMs = await writeInputs({ config, streams, random: new Random(seed), requests, spreadMs: 5_000 });
  await streams.close();

  const judged = { config, slots, lastWindow: windowStart(lastMs, windowMs) };
  const first = await judgeAgain(judged, { processes: 1, kills: 0 });
  const windows = new Set(first.divergence.map((line) => line.split(' ')[0])).size;
  assert.ok(windows > 4, `only ${windows} windows: the test tested little`);
  assert.ok(first.comparisons.every((records) => records.length > 10));
  for (let n = 2; n <= passes; n += 1) {
    const pass = { processes: 1 + (n % 3), kills: n % 2 };
    assert.deepEqual(await judgeAgain(judged, pass), first, `pass ${n}: ${JSON.stringify(pass)}`);
  }
  await verifyThem(config, { folder, windows });
  await rm(folder, { recursive: true });
});

async function start(t: TestContext) {
  const cluster = await testCluster();
  t.after(() => cluster.stop());
  const folder = await mkdtemp(join(tmpdir(), 'understudy-passes-'));
  t.diagnostic(`logs are in ${folder}; they stay if it fails`);
  const processes = new ProcessGroup({ onExit: () => {} });
  t.after(() => processes.stop());
  const file = join(folder, 'understudy.yaml');
  await writeFile(file, configText(cluster));
  const slots = [0, 1, 2].map(
    (number) => new ServiceSlot({ service: 'comparator', number, processes, folder }),
  );
  return { folder, slots, config: loadConfig({ file, env: {} }) };
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

/** As they are, with another file, and when the first requests are no longer there. */
async function verifyThem(
  config: Config,
  { folder, windows }: { readonly folder: string; readonly windows: number },
): Promise<void> {
  const same = await verify(folder);
  assert.equal(same.status, 0, same.text);
  assert.match(same.text, new RegExp(`^${windows} same, 0 differ, 0 can't be told$`, 'm'));

  await sealThem(folder);

  const file = join(folder, 'understudy.yaml');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"gold"', '"silver"'));
  assert.deepEqual(await verify(folder), same, 'they are judged by the revision that the log has');
  await writeFile(file, text);

  const topic = `${config.kafka.prefix}requests`;
  await withAdmin(config, async (admin) => {
    await admin.fetchTopicOffsets(topic); // it deletes only where it knows the leader
    const before = Array.from({ length: partitions }, (_, partition) => ({ partition, offset: '5' }));
    await admin.deleteTopicRecords({ topic, partitions: before });
  });
  const gone = await verify(folder, '--json');
  assert.equal(gone.status, 2, gone.text);
  const told = JSON.parse(gone.text) as { untellable: number; windows: { reason?: string }[] };
  assert.ok(told.untellable > 0);
  assert.match(told.windows[0]?.reason ?? '', /deleted: .*requests\/\d begins at offset 5/);
}

/** The bundle holds where there is no Kafka; one that somebody has changed does not. */
async function sealThem(folder: string): Promise<void> {
  const file = join(folder, 'evidence.json');
  const plan = ['--rollback-plan', 'the last release', '--acknowledged-by', 'Ada'];
  const config = join(folder, 'understudy.yaml');
  const written = await understudy(['evidence', lane, '--config', config, '--out', file, ...plan]);
  assert.equal(written.status, 0, written.text);
  assert.match(written.text, /^✓ rollback plan: the last release, acknowledged by Ada$/m);
  const checked = await understudy(['verify', '--bundle', file]);
  assert.equal(checked.status, 0, checked.text);
  assert.equal(written.text, `${checked.text}Written to ${file}\n`);
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/"agreed": (\d+)/, '"agreed": 1$1'));
  const changed = await understudy(['verify', '--bundle', file]);
  assert.equal(changed.status, 1, changed.text);
  assert.match(changed.text, /^✕ seal /m);
}

function verify(folder: string, ...more: readonly string[]): Promise<Said> {
  const config = join(folder, 'understudy.yaml');
  return understudy(['verify', lane, '--last', '100', '--config', config, ...more]);
}

interface Said {
  readonly status: number;
  readonly text: string;
}

async function understudy(args: readonly string[]): Promise<Said> {
  const command = [main, ...args];
  try {
    const { stdout } = await promisify(execFile)(process.execPath, command, { timeout: verifyLimitMs });
    return { status: 0, text: stdout };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, text: stdout + stderr };
  }
}
