import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamsError } from './errors.ts';
import { inTime, openWithin, retryWithin } from './retry.ts';

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

/** A client that does in each attempt what the test says, and is closed or not. */
function clients(...attempts: readonly (() => Promise<void>)[]) {
  const made: { isClosed: boolean; close(): Promise<void> }[] = [];
  return {
    made,
    create: () => {
      const client = {
        isClosed: false,
        close() {
          client.isClosed = true;
          return Promise.resolve();
        },
      };
      made.push(client);
      return client;
    },
    open: (): Promise<void> => attempts[made.length - 1]?.() ?? Promise.resolve(),
  };
}
const unavailable = (): Promise<never> => Promise.reject(new StreamsError('kafka-unavailable', 'not yet'));

test('a client that did not open is closed before the next one is made', async () => {
  const make = clients(unavailable, unavailable, () => Promise.resolve());
  const opened = await openWithin(5000, 'open', make);
  assert.equal(opened, make.made[2]);
  assert.deepEqual(
    make.made.map(({ isClosed }) => isClosed),
    [true, true, false],
  );
});

test('the client that is still trying when the time is up is closed', async () => {
  const make = clients(() => never);
  await assert.rejects(openWithin(50, 'open', make), { code: 'kafka-unavailable' });
  assert.deepEqual(
    make.made.map(({ isClosed }) => isClosed),
    [true],
  );
});
