import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Outcome, runSteps, type Step } from './step.ts';

const signal = new AbortController().signal;
const step = (name: string, outcome: Outcome): Step => ({ name, run: () => Promise.resolve(outcome) });

async function run(
  steps: readonly Step[],
  stop: AbortSignal = signal,
): Promise<{ outcome: Outcome; text: string }> {
  let text = '';
  const outcome = await runSteps(steps, { signal: stop, print: (more) => (text += more) });
  return { outcome, text };
}

test('counts add up over the steps, with a line before and after each', async () => {
  const { outcome, text } = await run([
    step('a', { passed: 0, failed: 0 }),
    step('b', { passed: 3, failed: 0 }),
  ]);
  assert.deepEqual(outcome, { passed: 3, failed: 0 });
  assert.match(text, /^\[1\/2\] a …\n\[1\/2\] a: ok, \d+\.\d s\n\[2\/2\] b …\n\[2\/2\] b: ok, \d+\.\d s\n$/);
});

test('no step begins after one that failed', async () => {
  const { outcome, text } = await run([
    step('a', { passed: 1, failed: 2 }),
    step('b', { passed: 3, failed: 0 }),
  ]);
  assert.deepEqual(outcome, { passed: 1, failed: 2 });
  assert.match(text, /a: FAILED/);
  assert.doesNotMatch(text, /b/);
});

test('a step that can’t be done counts as one failure and says why', async () => {
  const { outcome, text } = await run([{ name: 'a', run: () => Promise.reject(new Error('no Java')) }]);
  assert.deepEqual(outcome, { passed: 0, failed: 1 });
  assert.match(text, /no Java/);
});

test('no step begins after the run was told to stop', async () => {
  const controller = new AbortController();
  const stopping: Step = {
    name: 'a',
    run: () => {
      controller.abort();
      return Promise.resolve({ passed: 1, failed: 0 });
    },
  };
  const { outcome } = await run([stopping, step('b', { passed: 3, failed: 0 })], controller.signal);
  assert.deepEqual(outcome, { passed: 1, failed: 0 });
});
