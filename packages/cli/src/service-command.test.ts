import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/** Nothing listens at these addresses: a gateway answers callers all the same. */
const config = `
kafka: { brokers: ['127.0.0.1:1'] }
registry: { url: 'http://127.0.0.1:1' }
gateway: { port: 0 }
experiments:
  - name: mortgage
    route: { path: /predict }
    production: { url: 'http://127.0.0.1:1' }
    shadows: [{ name: boosted, url: 'http://127.0.0.1:1' }]
    comparison: { kind: class, label: /decision }
`;

test('a service alone takes the command’s place: it says where it is, and a signal ends it', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-service-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'ours.yaml');
  await writeFile(file, config);
  const child = spawn(process.execPath, [main, 'gateway', '--config', file], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  context.after(() => child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const { service, address } = JSON.parse(line) as { service: string; address: string };
  assert.equal(service, 'gateway');
  assert.equal((await fetch(`${address}/-/healthz`)).status, 200);
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
});

test('its exit code is the command’s', () => {
  const { status, stderr } = spawnSync(process.execPath, [main, 'comparator', '--config', 'no-such.yaml'], {
    encoding: 'utf8',
    timeout: 30_000,
  });
  assert.equal(status, 2);
  assert.match(stderr, /no-such\.yaml found no such file/);
});
