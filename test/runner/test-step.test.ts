import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Outcome } from './step.ts';

const passing = "import { test } from 'node:test'; test('passes', () => {});";
const failing = "import { test } from 'node:test'; test('fails', () => { throw new Error('on purpose'); });";
const unfinished =
  "import { test } from 'node:test'; test('passes', () => { setInterval(() => {}, 1000); });";

/** Runs test files of these texts by the program that the fixture is: a test can't run tests in its own process. */
async function run(t: TestContext, texts: readonly string[]): Promise<{ outcome: Outcome; text: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-test-step-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const files = texts.map((text, index) => {
    const file = join(folder, `${index}.test.mjs`);
    writeFileSync(file, text);
    return file;
  });
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const program = fileURLToPath(new URL('fixtures/run-test-step.ts', import.meta.url));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, ...files], { env });
  return { outcome: JSON.parse(stderr) as Outcome, text: stdout };
}

test('tests are counted over all files, and the runner’s output is passed on', async (t) => {
  const { outcome, text } = await run(t, [passing, failing, passing]);
  assert.deepEqual(outcome, { passed: 2, failed: 1 });
  assert.match(text, /on purpose/);
  assert.match(text, /ℹ pass 2/);
});

test('a file that can’t be read as a program fails', async (t) => {
  assert.deepEqual((await run(t, ['not a program', passing])).outcome, { passed: 1, failed: 1 });
});

test('a file that doesn’t end is ended at the limit and fails', async (t) => {
  const { outcome, text } = await run(t, [unfinished]);
  assert.deepEqual(outcome, { passed: 1, failed: 1 });
  assert.match(text, /not done within 3 s/);
});

test('no files are no tests', async (t) => {
  assert.deepEqual((await run(t, [])).outcome, { passed: 0, failed: 0 });
});
