import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { guardRequestQueueTimer, type RequestQueue } from './request-queue-timer.ts';

class Queue implements RequestQueue {
  readonly pending: unknown[] = [];
  throttledUntil = -1;
  throttleCheckTimeoutId: NodeJS.Timeout | null = null;
  checks = 0;

  checkPendingRequests(): void {
    this.checks += 1;
    this.pending.length = 0;
    this.scheduleCheckPendingRequests();
  }

  scheduleCheckPendingRequests(): void {
    assert.fail('replaced by the guard');
  }
}
guardRequestQueueTimer(Queue.prototype);

test("bare kafkajs' queue sets a timer even when it is idle", () => {
  const BareQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js');
  const queue = new BareQueue({ logger: null, clientId: 'test', broker: 'test' });
  queue.scheduleCheckPendingRequests();
  assert.notEqual(queue.throttleCheckTimeoutId, null, 'kafkajs was mended: the guard can go');
  queue.destroy();
});

test('an idle queue has no timer', () => {
  const queue = new Queue();
  queue.scheduleCheckPendingRequests();
  assert.equal(queue.throttleCheckTimeoutId, null);
});

test('a pending request is checked, once, and then there is no timer again', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const queue = new Queue();
  queue.pending.push('request');
  queue.scheduleCheckPendingRequests();
  queue.scheduleCheckPendingRequests();
  t.mock.timers.tick(1000);
  assert.equal(queue.checks, 1);
  assert.equal(queue.throttleCheckTimeoutId, null);
});

test('a throttled queue is checked when the throttling ends', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const queue = new Queue();
  queue.throttledUntil = Date.now() + 500;
  queue.pending.push('request');
  queue.scheduleCheckPendingRequests();
  t.mock.timers.tick(499);
  assert.equal(queue.checks, 0);
  t.mock.timers.tick(1);
  assert.equal(queue.checks, 1);
});
