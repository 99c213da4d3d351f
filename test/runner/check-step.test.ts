import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Check, checkStep } from './check-step.ts';

/** A folder whose node_modules hold a tool of two commands: one exits with the code it is given, one stays. */
function check(t: TestContext, command: string, args: readonly string[]): Check {
  const root = mkdtempSync(join(tmpdir(), 'understudy-check-step-'));
  t.after(() => rmSync(root, { recursive: true }));
  const folder = join(root, 'node_modules/tool');
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ bin: { exits: 'exits.js', stays: './stays.js' } }),
  );
  writeFileSync(join(folder, 'exits.js'), 'process.exit(Number(process.argv[2]));');
  writeFileSync(join(folder, 'stays.js'), 'setInterval(() => {}, 1000);');
  return { name: 'a check', root, tool: 'tool', command, args };
}

test('a check fails by its exit code', async (t) => {
  const { signal } = new AbortController();
  assert.deepEqual(await checkStep(check(t, 'exits', ['0'])).run(signal), { passed: 0, failed: 0 });
  assert.deepEqual(await checkStep(check(t, 'exits', ['3'])).run(signal), { passed: 0, failed: 1 });
});

test('a check that is told to stop is ended', async (t) => {
  await assert.rejects(checkStep(check(t, 'stays', [])).run(AbortSignal.timeout(100)), /abort/i);
});

test('a command that the tool lacks is named', async (t) => {
  await assert.rejects(
    checkStep(check(t, 'gone', [])).run(new AbortController().signal),
    /the package tool has no command gone/,
  );
});
