import type { ConfigSource } from '@understudy/config';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { localFolder, tellAddresses, usualAddresses, withLocalAddresses } from './local-addresses.ts';

const started = {
  UNDERSTUDY_KAFKA_BROKERS: '127.0.0.1:20001',
  UNDERSTUDY_REGISTRY_URL: 'http://127.0.0.1:20002',
};

async function newSource(context: TestContext, text = 'experiments: []'): Promise<ConfigSource> {
  const folder = await mkdtemp(join(tmpdir(), 'understudy-addresses-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'understudy.yaml');
  await mkdir(localFolder(file));
  return { text, file, env: { LANG: 'C' } };
}

test('a command finds what `up` has started with the same config', async (context) => {
  const source = await newSource(context);
  await tellAddresses(localFolder(source.file), started);
  assert.deepEqual(withLocalAddresses(source).env, { LANG: 'C', ...started });
});

test('where `up` does not run, the command is refused, or goes on with what it was given', async (context) => {
  const source = await newSource(context);
  assert.throws(() => withLocalAddresses(source), /`understudy up` does not run with it: start it/);
  assert.partialDeepStrictEqual(withLocalAddresses(source, usualAddresses).env, usualAddresses);
});

test('the addresses of an `up` that was killed are not used', async (context) => {
  const source = await newSource(context);
  const { pid } = spawnSync(process.execPath, ['--version']);
  const told = JSON.stringify({ pid, addresses: started });
  await writeFile(join(localFolder(source.file), 'running.json'), told);
  assert.throws(() => withLocalAddresses(source), /does not run/);
});

test('what the config names stands, and is all that is used', async (context) => {
  const source = await newSource(context, "kafka: { brokers: ['broker-1:9092'] }");
  await tellAddresses(localFolder(source.file), started);
  assert.equal(withLocalAddresses(source), source);
});
