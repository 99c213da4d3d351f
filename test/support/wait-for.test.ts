import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from './wait-for.ts';

test('waits until the condition holds, and asks no more', async () => {
  let asked = 0;
  await waitFor(() => ++asked === 3, { what: 'the third question', timeoutMs: 5000 });
  assert.equal(asked, 3);
});

test('says what was waited for in vain', async () => {
  await assert.rejects(
    waitFor(() => false, { what: 'rain', timeoutMs: 30 }),
    /waited 30 ms in vain for rain/,
  );
});

test('a question that is never answered has the same limit', async () => {
  const never = new Promise<boolean>(() => {});
  await assert.rejects(
    waitFor(() => never, { what: 'an answer', timeoutMs: 30 }),
    /in vain for an answer/,
  );
});

test('an error of the condition is not waited over', async () => {
  const failing = (): boolean => {
    throw new Error('broken');
  };
  await assert.rejects(waitFor(failing, { what: 'x', timeoutMs: 5000 }), /broken/);
});
