import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../../../test/support/wait-for.ts';
import { poll } from './poll.ts';

test('looks again and again, also after a look that failed, never twice at a time', async () => {
  let looks = 0;
  let atOnce = 0;
  const failures: unknown[] = [];
  const polling = poll({
    everyMs: 1,
    look: async () => {
      atOnce += 1;
      looks += 1;
      await Promise.resolve();
      assert.equal(atOnce, 1);
      atOnce -= 1;
      if (looks === 2) throw new Error('once');
    },
    onFailure: (error) => failures.push(error),
  });
  await waitFor(() => looks >= 4, { what: 'the fourth look', timeoutMs: 5_000 });
  await polling.close();
  const looked = looks;
  assert.equal(failures.length, 1);
  assert.equal(looks, looked);
});

test('closing waits for the look under way, and does not wait for the next', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isDone = false;
  const polling = poll({
    everyMs: 60_000,
    look: async () => {
      await promise;
      isDone = true;
    },
    onFailure: (error) => assert.fail(String(error)),
  });
  const closed = polling.close();
  assert.equal(isDone, false);
  resolve();
  await closed;
  assert.equal(isDone, true);
});
