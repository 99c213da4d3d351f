import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diverging } from '../../test/comparison.ts';
import { openTestStore } from '../../test/open-test-store.ts';
import { deleteOld } from './delete-old.ts';
import { readRows } from './read-rows.ts';

test('rows of windows and labels go when the log no longer keeps their records', async (t) => {
  const { writer, connection, add, addComparison } = await openTestStore(t);
  for (const windowStart of [5_000, 10_000]) await addComparison(diverging({}, windowStart), 1);
  for (const logTime of [19_999, 20_000]) {
    const label = { experiment: 'mortgage', requestId: 'a', truth: '1', observedTime: 0, logTime };
    await add({ kind: 'label', label });
  }
  let deleted = 0;
  await writer.run(async (on) => {
    deleted = await deleteOld(on, { pairs: 10_000, labels: 20_000 });
  });
  assert.equal(deleted, 3);
  assert.deepEqual(await readRows(connection, 'SELECT window_start FROM pairs'), [{ window_start: 10_000 }]);
  assert.deepEqual(await readRows(connection, 'SELECT window_start FROM judgements'), [
    { window_start: 10_000 },
  ]);
  assert.deepEqual(await readRows(connection, 'SELECT log_time FROM labels'), [{ log_time: 20_000 }]);
});
