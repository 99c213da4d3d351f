import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { answersApiVersions } from './api-versions.ts';
import { resolveDistribution } from './distribution.ts';
import {
  allGone,
  atTestEnd,
  exitCodeOf,
  isThere,
  pathOf,
  startAndRead,
  temporaryFolder,
} from './fixtures/start.ts';
import { cleanUpLeftovers } from './instance-folder.ts';
import { startLocalCluster } from './local-cluster.ts';
import { ProcessError } from './managed-process.ts';
import { isPortFree } from './ports.ts';
import { ProcessGroup } from './process-group.ts';
import { waitUntil } from './wait.ts';

const MAIN = pathOf('../main.ts');
/** The first start on a machine downloads. */
const timeout = 600_000;

/** A data folder of the test's own, but for the downloads. */
async function newHome(t: TestContext): Promise<string> {
  const processes = new ProcessGroup();
  await resolveDistribution(processes, () => {});
  await processes.stop();
  const home = await temporaryFolder(t);
  await symlink(join(processes.home, 'dist'), join(home, 'dist'));
  atTestEnd(t, () => cleanUpLeftovers(home));
  return home;
}

async function newGroup(t: TestContext): Promise<ProcessGroup> {
  const processes = new ProcessGroup({ home: await newHome(t) });
  atTestEnd(t, () => processes.stop());
  return processes;
}

/** What the instances of a data folder have running. */
async function runningIn(home: string): Promise<readonly number[]> {
  const files = (await readdir(join(home, 'instances'))).filter((name) => name.endsWith('.json'));
  const ledgers = await Promise.all(files.map((name) => readFile(join(home, 'instances', name), 'utf8')));
  return ledgers.flatMap((text) =>
    (JSON.parse(text) as { processes: { pid: number }[] }).processes.map(({ pid }) => pid),
  );
}

interface Addresses {
  readonly bootstrapServers: readonly string[];
  readonly registryUrl: string | null;
}

function portsOf({ bootstrapServers }: Addresses): readonly number[] {
  return bootstrapServers.map((address) => Number(address.split(':')[1]));
}

async function getJson(url: string | null, path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.timeout(30_000) });
  return response.json();
}

test(
  'one broker and the registry, the usual ports taken; a new registry knows the schemas',
  { timeout },
  async (t) => {
    for (const port of [9092, 8081]) {
      const server = createServer().on('error', () => {}); // taken by somebody else: just as good
      server.listen(port, '127.0.0.1');
      t.after(() => server.close());
    }
    const processes = await newGroup(t);
    const cluster = await startLocalCluster({ processes });
    const [port = 0] = portsOf(cluster);
    assert.notEqual(port, 9092);
    assert.doesNotMatch(cluster.registryUrl ?? '', /:8081/);
    assert.equal(await answersApiVersions(port), true);

    const { registryUrl: url } = cluster;
    assert.deepEqual(await getJson(url, '/config'), { compatibilityLevel: 'BACKWARD_TRANSITIVE' });
    const schema = JSON.stringify({ type: 'record', name: 'A', fields: [{ name: 'x', type: 'int' }] });
    const incompatible = JSON.stringify({
      type: 'record',
      name: 'A',
      fields: [{ name: 'y', type: 'string' }],
    });
    const register = (text: string): Promise<unknown> =>
      getJson(url, '/subjects/a-value/versions', { method: 'POST', body: JSON.stringify({ schema: text }) });
    assert.ok('id' in ((await register(schema)) as object));
    assert.equal(((await register(incompatible)) as { error_code?: number }).error_code, 409);

    const pids = [cluster.broker(0).pid, cluster.registry?.pid ?? 0];
    await cluster.registry?.restart();
    assert.deepEqual(await getJson(url, '/subjects'), ['a-value']);
    assert.throws(() => cluster.broker(1), RangeError);

    assert.notEqual(cluster.registry?.pid, pids[1]);
    pids.push(cluster.registry?.pid ?? 0);
    await cluster.stop();
    assert.equal(await allGone(pids), true);
    assert.equal(await isPortFree(port), true);
    await processes.stop();
    assert.equal(existsSync(processes.folder), false);
  },
);

test('three brokers: one can go and come back', { timeout }, async (t) => {
  const cluster = await startLocalCluster({ brokers: 3, registry: false, processes: await newGroup(t) });
  assert.equal(new Set(cluster.bootstrapServers).size, 3);
  cluster.broker(2).kill('SIGKILL');
  await cluster.broker(2).restart(); // says 'started' only when the majority has let it in
  const pids = [0, 1, 2].map((index) => cluster.broker(index).pid);
  assert.deepEqual(await Promise.all(portsOf(cluster).map(answersApiVersions)), [true, true, true]);
  await cluster.stop();
  assert.equal(await allGone(pids), true);
});

test(
  'kill -9 leaves what the next start ends; SIGTERM leaves nothing but the data',
  { timeout },
  async (t) => {
    const home = await newHome(t);
    const dataDir = join(home, 'with, comma');
    const command = [MAIN, 'up', '--no-registry', '--data-dir', dataDir];
    const first = await startAndRead<Addresses>(t, process.execPath, command, { UNDERSTUDY_HOME: home });
    first.child.kill('SIGKILL');
    await exitCodeOf(first.child);
    const leftovers = await runningIn(home);
    assert.deepEqual(leftovers.map(isThere), [true]);
    const clusterId = await readFile(join(dataDir, 'cluster.json'), 'utf8');

    const second = await startAndRead<Addresses>(t, process.execPath, command, { UNDERSTUDY_HOME: home });
    assert.deepEqual(leftovers.map(isThere), [false]);
    const running = await runningIn(home);
    second.child.kill('SIGTERM');
    assert.equal(await exitCodeOf(second.child), 143);
    assert.deepEqual(running.map(isThere), [false]);
    assert.equal(await readFile(join(dataDir, 'cluster.json'), 'utf8'), clusterId);
    const other = startLocalCluster({ brokers: 3, dataDir, processes: await newGroup(t) });
    await assert.rejects(other, /holds the data of 1 broker\(s\), 3 were asked for/);
  },
);

test('when whoever started the command is gone, all of it ends', { timeout }, async (t) => {
  const home = await newHome(t);
  const args = JSON.stringify([MAIN, 'up', '--no-registry']);
  const between = `
    const main = require('child_process').spawn(process.execPath, ${args}, { stdio: ['ignore', 'inherit', 'pipe'] });
    main.stderr.on('data', () => console.log(JSON.stringify({ pid: main.pid })));`; // it says 'Starting Kafka'
  const env = { UNDERSTUDY_HOME: home };
  const { child, line } = await startAndRead<{ pid: number }>(t, process.execPath, ['-e', between], env);
  assert.equal(await waitUntil(async () => (await runningIn(home)).length > 0, { withinMs: 30_000 }), true);
  const pids = [line.pid, ...(await runningIn(home))];
  child.kill('SIGKILL');
  assert.equal(await allGone(pids, 30_000), true);
  assert.deepEqual(await runningIn(home), []);
});

test(
  'a broker that dies at its start is an error with its last lines and its log',
  { timeout },
  async (t) => {
    const processes = await newGroup(t);
    const dataDir = join(processes.home, 'data');
    await mkdir(join(dataDir, 'broker-1', 'data'), { recursive: true });
    await writeFile(
      join(dataDir, 'broker-1', 'data', 'meta.properties'),
      'version=1\nnode.id=7\ncluster.id=x\n',
    );
    await assert.rejects(startLocalCluster({ dataDir, registry: false, processes }), (error) => {
      assert.ok(error instanceof ProcessError);
      assert.match(error.message, /kafka broker 1 ended at its start/);
      assert.match(error.lastLogLines.join('\n'), /node.id/);
      assert.equal(existsSync(error.logFile), true);
      return true;
    });

    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    await assert.rejects(
      startLocalCluster({ ports: { kafka: port }, processes }),
      new RegExp(`port ${port} is in use`),
    );
  },
);
