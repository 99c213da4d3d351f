import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { withFileLock } from './file-lock.ts';
import { temporaryFolder } from './fixtures/start.ts';
import { recordOf } from './instance-folder.ts';
import { letTimePass } from '../../../test/support/wait-for.ts';

const onWait = (): void => {};

test('work under one lock is done one at a time, and the lock is gone afterwards', async (t) => {
  const file = join(await temporaryFolder(t), 'lock');
  let atWork = 0;
  let most = 0;
  let waits = 0;
  const work = async (): Promise<void> => {
    atWork += 1;
    most = Math.max(most, atWork);
    await letTimePass(20);
    atWork -= 1;
  };
  const options = { withinMs: 10_000, onWait: () => (waits += 1) };
  await Promise.all([1, 2, 3].map(() => withFileLock(file, options, work)));
  assert.deepEqual({ most, waits }, { most: 1, waits: 2 });
  assert.equal(existsSync(file), false);
});

test('the lock of a process that is gone is taken over', async (t) => {
  const file = join(await temporaryFolder(t), 'lock');
  writeFileSync(file, JSON.stringify({ ...recordOf('lock', process.pid), startedAt: 'another time' }));
  assert.equal(await withFileLock(file, { withinMs: 5_000, onWait }, async () => 'done'), 'done');
});

test('waiting has a limit, and the error names the file', async (t) => {
  const file = join(await temporaryFolder(t), 'lock');
  writeFileSync(file, JSON.stringify(recordOf('lock', process.pid)));
  await assert.rejects(
    withFileLock(file, { withinMs: 300, onWait }, async () => {}),
    (error: Error) => error.message.includes(file),
  );
});

test('the lock goes when the work fails', async (t) => {
  const file = join(await temporaryFolder(t), 'lock');
  const work = async (): Promise<never> => {
    throw new Error('no disk');
  };
  await assert.rejects(withFileLock(file, { withinMs: 300, onWait }, work), /no disk/);
  assert.equal(existsSync(file), false);
});
