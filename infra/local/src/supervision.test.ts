import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import type { TestContext } from 'node:test';
import { letTimePass } from '../../../test/support/wait-for.ts';
import {
  allGone,
  atTestEnd,
  exitCodeOf,
  isThere,
  pathOf,
  startAndRead,
  temporaryFolder,
} from './fixtures/start.ts';
import { cleanUpLeftovers, recordOf } from './instance-folder.ts';

interface Supervisor {
  readonly pid: number;
  readonly folder: string;
  readonly children: readonly number[];
}

const SUPERVISOR = pathOf('supervisor.ts');
const SERVICE = pathOf('service.ts');

/** Starts the supervisor by way of a command line, `node SUPERVISOR HOME …` unless told otherwise. */
async function startSupervisor(t: TestContext, manner = 'obedient') {
  const home = await temporaryFolder(t);
  atTestEnd(t, () => cleanUpLeftovers(home));
  return { home, ...(await startAndRead<Supervisor>(t, process.execPath, [SUPERVISOR, home, manner])) };
}

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const) {
  test(`${signal} stops all, and the exit code says so`, async (t) => {
    const { child, line } = await startSupervisor(t);
    child.kill(signal);
    assert.equal(await exitCodeOf(child), code);
    assert.deepEqual(line.children.map(isThere), [false, false]);
    assert.equal(existsSync(line.folder), false);
  });
}

test('the same Ctrl-C heard twice still stops in order; a second one kills at once', async (t) => {
  const { child, line } = await startSupervisor(t, 'stubborn'); // would take 10 s each
  child.kill('SIGINT');
  await letTimePass(100); // two at the same moment would arrive as one
  child.kill('SIGINT');
  await letTimePass(700); // longer than what counts as the same
  assert.deepEqual(line.children.map(isThere), [true, true]);
  const before = performance.now();
  child.kill('SIGINT');
  assert.equal(await exitCodeOf(child), 130);
  assert.equal(await allGone(line.children), true);
  assert.ok(performance.now() - before < 3_000);
});

test('an exit without stop kills all on the way out', async (t) => {
  const { child, line } = await startSupervisor(t, 'exits');
  assert.equal(await exitCodeOf(child), 3);
  assert.equal(await allGone(line.children), true);
});

test('when the parent is gone, all stop', async (t) => {
  const home = await temporaryFolder(t);
  atTestEnd(t, () => cleanUpLeftovers(home));
  const between = `require('child_process').spawn(process.execPath, ${JSON.stringify([SUPERVISOR, home])}, { stdio: 'inherit' })`;
  const { child, line } = await startAndRead<Supervisor>(t, process.execPath, ['-e', between]);
  child.kill('SIGKILL');
  assert.equal(await allGone([line.pid, ...line.children]), true);
  assert.equal(existsSync(line.folder), false);
});

test('when the process behind a `sh -c` is gone, as with a killed npm, all stop', async (t) => {
  const home = await temporaryFolder(t);
  atTestEnd(t, () => cleanUpLeftovers(home));
  const command = `"${process.execPath}" "${SUPERVISOR}" "${home}"; true`; // `; true` keeps the shell there
  const between = `require('child_process').spawn('sh', ['-c', ${JSON.stringify(command)}], { stdio: 'inherit' })`;
  const { child, line } = await startAndRead<Supervisor>(t, process.execPath, ['-e', between]);
  child.kill('SIGKILL');
  assert.equal(await allGone([line.pid, ...line.children]), true);
});

test('a service ends by itself when its parent is gone, after closing', async (t) => {
  const closed = join(await temporaryFolder(t), 'closed');
  const between = `require('child_process').spawn(process.execPath, ${JSON.stringify([SERVICE, closed])}, { stdio: 'inherit' })`;
  const { child, line } = await startAndRead<{ pid: number }>(t, process.execPath, ['-e', between]);
  assert.equal(existsSync(closed), false);
  child.kill('SIGKILL');
  assert.equal(await allGone([line.pid]), true);
  assert.equal(readFileSync(closed, 'utf8'), 'closed');
});

test('a service whose group was gone before it could look ends, too', async (t) => {
  const closed = join(await temporaryFolder(t), 'closed');
  const { child } = await startAndRead(t, process.execPath, [SERVICE, closed], {
    UNDERSTUDY_PARENT_PID: '4194305',
  }); // above the largest pid
  assert.equal(await exitCodeOf(child), 129);
});

test('after a kill -9 the next start ends what was left', async (t) => {
  const { home, child, line } = await startSupervisor(t);
  child.kill('SIGKILL');
  await exitCodeOf(child);
  assert.deepEqual(line.children.map(isThere), [true, true]);
  const next = await startAndRead<Supervisor>(t, process.execPath, [SUPERVISOR, home]);
  assert.deepEqual(line.children.map(isThere), [false, false]);
  assert.equal(existsSync(line.folder), false);
  assert.equal(existsSync(`${line.folder}.json`), false);
  next.child.kill('SIGTERM');
  assert.equal(await exitCodeOf(next.child), 143);
});

test('a running instance is left alone', async (t) => {
  const { home, child, line } = await startSupervisor(t);
  assert.deepEqual(await cleanUpLeftovers(home), []);
  assert.deepEqual(line.children.map(isThere), [true, true]);
  child.kill('SIGTERM');
  await exitCodeOf(child);
});

test('a stranger that was given the pid of a leftover is left alone', async (t) => {
  const home = await temporaryFolder(t);
  const stranger = await startAndRead<{ pid: number }>(t, process.execPath, [SERVICE, join(home, 'unused')]);
  const folder = join(home, 'instances', 'old');
  await mkdir(folder, { recursive: true });
  const record = { ...recordOf('kafka broker 1', stranger.line.pid), startedAt: 'another time' };
  writeFileSync(`${folder}.json`, JSON.stringify({ owner: record, processes: [record] }));
  assert.deepEqual(await cleanUpLeftovers(home), []);
  assert.equal(isThere(stranger.line.pid), true);
  assert.equal(existsSync(folder), false);
});
