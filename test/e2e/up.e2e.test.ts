/** From two models to findings, as a new user goes: `init` writes the config, `up` runs everything with it. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dataFolder } from '@understudy/infra-local';
import { testCluster } from '../support/cluster.ts';
import { waitFor } from '../support/wait-for.ts';

const main = fileURLToPath(new URL('../../packages/cli/src/main.ts', import.meta.url));
const upLimitMs = 120_000;
const findingsLimitMs = 60_000;
const endLimitMs = 60_000;

/** A tiny model; resolves to the address that it answers at. */
async function serveModel(context: TestContext, answer: (income: number) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const { income } = JSON.parse(body) as { income: number };
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer(income)));
    });
  }).listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/score`;
}

interface Up {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Code or signal. */
  readonly ended: Promise<number | string>;
}

function startUp(context: TestContext, configFile: string): Up {
  const child = spawn(process.execPath, [main, 'up', '--config', configFile], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  context.after(() => child.kill('SIGTERM'));
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => (said[name] += chunk));
  }
  return {
    child,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    ended: once(child, 'close').then(([code, signal]: (number | string)[]) => code ?? signal ?? 'lost'),
  };
}

async function untilUp(up: Up): Promise<void> {
  await waitFor(() => up.stdout().includes('stays up') || up.child.exitCode !== null, {
    what: 'everything to be up',
    timeoutMs: upLimitMs,
  });
  assert.equal(up.child.exitCode, null, up.stderr());
}

async function endOf(up: Up): Promise<number | string> {
  await waitFor(() => up.child.exitCode !== null || up.child.signalCode !== null, {
    what: 'the end',
    timeoutMs: endLimitMs,
  });
  return up.ended;
}

/** What `up` has started and not seen ending, from the list in its data folder: pids by name. */
function startedBy({ child }: Up): ReadonlyMap<string, number> {
  const folder = join(dataFolder(), 'instances');
  const lists = readdirSync(folder).filter(
    (name) => name.endsWith('.json') && name.includes(`-${child.pid}-`),
  );
  return new Map(
    lists.flatMap((name) => {
      const list = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
        processes: { name: string; pid: number }[];
      };
      return list.processes.map((each) => [each.name, each.pid] as const);
    }),
  );
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Lets `init` write a config for two models that decide differently; services take any free port. */
async function initFor(context: TestContext, folder: string): Promise<string> {
  const production = await serveModel(context, (income) => {
    return { decision: income > 1_000 ? 'approved' : 'denied', score: income / 5_000 };
  });
  const shadow = await serveModel(context, (income) => ({
    decision: income > 3_000 ? 'approved' : 'denied',
  }));
  await writeFile(join(folder, 'request.json'), JSON.stringify({ income: 2_000, self_employed: 'yes' }));
  const file = join(folder, 'understudy.yaml');
  const models = ['--production', production, '--shadow', shadow];
  const args = [main, 'init', ...models, '--example', join(folder, 'request.json'), '--output', file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  assert.match(stdout, /text at \/decision .*\n.*differ on the example/);
  const written = await readFile(file, 'utf8');
  const changed = written
    .replace(/port: 8080/, 'port: 0')
    .replace(/port: 8090/, 'port: 0')
    .replace(/^ {4}comparison:/m, '    window: 1s\n    comparison:');
  await writeFile(file, changed);
  return file;
}

suite('init and up', () => {
  test('a request through the gateway is in the findings; Ctrl-C leaves nothing running', async (context) => {
    const folder = await mkdtemp(join(tmpdir(), 'understudy-up-'));
    context.after(() => rm(folder, { recursive: true, maxRetries: 5 }));
    const up = startUp(context, await initFor(context, folder));
    await untilUp(up);
    const [, route = ''] = /POST (\S+) in place of/.exec(up.stdout()) ?? [];
    const [, findings = ''] = /findings +(\S+)/.exec(up.stdout()) ?? [];
    assert.match(route, /\/v1\/score$/);

    const body = JSON.stringify({ income: 2_000 });
    const answer = await fetch(route, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    assert.deepEqual(await answer.json(), { decision: 'approved', score: 0.4 });
    let lanes: unknown = null;
    await waitFor(
      async () => {
        ({ lanes } = (await (await fetch(`${findings}api/lanes`)).json()) as { lanes: unknown });
        return Array.isArray(lanes) && lanes.length > 0;
      },
      { what: 'the lane to be in the findings', timeoutMs: findingsLimitMs },
    );
    assert.partialDeepStrictEqual(lanes, [
      { lane: 'score.candidate.live', ledger: { sampled: 1, compared: 1 }, agreement: { estimate: 0 } },
    ]);

    const configOption = ['--config', join(folder, 'understudy.yaml')];
    const list = [main, 'dead-letters', 'list', ...configOption];
    const letters = await promisify(execFile)(process.execPath, list);
    assert.match(letters.stdout, /There are no dead letters/, 'other commands find the Kafka of up');

    const started = startedBy(up);
    assert.equal(started.size, 6, 'Kafka, the registry, four services');
    up.child.kill('SIGINT');
    assert.equal(await endOf(up), 0, up.stderr());
    assert.deepEqual([...started.values()].filter(isAlive), []);
    assert.equal(await readFile(join(folder, '.understudy/.gitignore'), 'utf8'), '*\n');
    assert.ok(existsSync(join(folder, '.understudy/kafka/broker-1')), 'the data stays beside the config');
  });

  test('with a Kafka that the config names only services are started, and a change of it is applied; one that dies ends all, with its log', async (context) => {
    const cluster = await testCluster();
    context.after(() => cluster.stop());
    const folder = await mkdtemp(join(tmpdir(), 'understudy-up-'));
    context.after(() => rm(folder, { recursive: true }));
    const file = await initFor(context, folder);
    const named = `kafka: { brokers: ['${cluster.brokers.join("', '")}'], prefix: 'up-${process.pid}.', partitions: 1 }
registry: { url: '${cluster.registryUrl}' }
`;
    const whole = named + (await readFile(file, 'utf8'));
    await writeFile(file, whole);
    const first = await promisify(execFile)(process.execPath, [main, 'apply', '--config', file]);
    assert.match(first.stdout, /^score: revision 1, the first/);
    await writeFile(file, whole.replace(/^ {4}window:/m, '    sampling: { rate: 0.5 }\n    window:'));
    const up = startUp(context, file);
    await untilUp(up);
    assert.match(
      up.stdout(),
      /The config has changed\. score: revision 2\n.*\n {4}sampling\.rate +1 -> 0\.5/,
    );
    const started = startedBy(up);
    assert.deepEqual([...started.keys()].toSorted(), [
      'the comparator',
      'the console',
      'the gateway',
      'the shadow-invoker',
    ]);
    process.kill(started.get('the comparator') ?? assert.fail(), 'SIGKILL');
    assert.equal(await endOf(up), 1);
    assert.match(up.stderr(), /the comparator has ended \(SIGKILL\)\. Its last lines/);
    assert.deepEqual([...started.values()].filter(isAlive), []);
    const kept = readdirSync(join(folder, '.understudy')).filter(
      (name) => !/^console\.duckdb(\.wal)?$/.test(name),
    );
    assert.deepEqual(kept, ['.gitignore'], 'beside the console’s store nothing');
  });
});
