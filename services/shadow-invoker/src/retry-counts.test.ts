import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeState } from '@understudy/streams';
import { noRetries, retryCountsOf } from './retry-counts.ts';

const at = { topic: 'requests', partition: 0, offset: 7 };

/** With the offset of the requests stands the task's log time, too: written again, it would be an old one. */
test('of what is committed with an offset the counts are taken, and nothing else', () => {
  const metadata = encodeState({ clock: 5_000, written: 4_000, taken: 2, passedOn: 1 });
  assert.deepEqual(retryCountsOf({ ...at, metadata }), { taken: 2, passedOn: 1 });
  assert.deepEqual(retryCountsOf({ ...at, metadata: encodeState({ clock: 1, written: 1 }) }), noRetries);
  assert.deepEqual(retryCountsOf({ ...at, metadata: null }), noRetries);
});
