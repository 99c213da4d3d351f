import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { Outage } from './outage.ts';

const signal = new AbortController().signal;

suite('the outage', () => {
  test('begins once, when so many requests are sent, and ends with the shadow back', async () => {
    const happened: string[] = [];
    const outage: Outage = new Outage({
      afterRequests: 10,
      durationMs: 1,
      kill: async () => void happened.push(`killed ${outage.phase}`),
      restart: async () => void happened.push(`restarted ${outage.phase}`),
    });
    assert.equal(outage.follow(9, signal), null);
    assert.equal(outage.phase, 'before');
    const begun = outage.follow(10, signal);
    assert.ok(begun);
    assert.equal(outage.phase, 'during');
    assert.equal(outage.follow(11, signal), null);
    await begun;
    assert.deepEqual(happened, ['killed during', 'restarted during']);
    assert.equal(outage.phase, 'after');
    assert.equal(outage.follow(12, signal), null);
  });

  test('a shadow that does not come back fails it', async () => {
    const outage = new Outage({
      afterRequests: 0,
      durationMs: 1,
      kill: async () => {},
      restart: async () => {
        throw new Error('port taken');
      },
    });
    await assert.rejects(outage.follow(0, signal) ?? Promise.resolve(), { message: 'port taken' });
  });
});
