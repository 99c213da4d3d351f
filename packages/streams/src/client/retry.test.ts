import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamsError } from './errors.ts';
import { inTime, retryWithin } from './retry.ts';

const never = new Promise<never>(() => {});

test('what passes is tried again until it succeeds', async () => {
  let attempts = 0;
  const result = await retryWithin(5000, 'count', async () => {
    attempts += 1;
    if (attempts < 3) throw new StreamsError('kafka-unavailable', 'not yet');
    return attempts;
  });
  assert.equal(result, 3);
});

test('what does not pass is thrown at once', async () => {
  let attempts = 0;
  const failing = retryWithin(5000, 'count', () => {
    attempts += 1;
    return Promise.reject(new StreamsError('topic-mismatch', 'no'));
  });
  await assert.rejects(failing, { code: 'topic-mismatch' });
  assert.equal(attempts, 1);
});

test('after the limit the last error is thrown, even where an attempt hangs', async () => {
  const passing = (): Promise<never> => Promise.reject(new StreamsError('topic-missing', 'not there'));
  await assert.rejects(retryWithin(120, 'look', passing), { code: 'topic-missing' });
  await assert.rejects(
    retryWithin(60, 'look', () => never),
    { code: 'kafka-unavailable' },
  );
});

test('work in time gives its result; a signal ends the waiting', async () => {
  assert.equal(await inTime(Infinity, 'add', Promise.resolve(3)), 3);
  const closing = new AbortController();
  const waiting = inTime(Infinity, 'wait', never, closing.signal);
  closing.abort();
  await assert.rejects(waiting, { code: 'closed' });
});
