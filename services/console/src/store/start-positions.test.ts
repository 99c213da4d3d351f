import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLogger } from '@understudy/telemetry';
import { diverging } from '../../test/comparison.ts';
import { openTestStore } from '../../test/open-test-store.ts';
import { pairsOf } from './store-records.ts';
import { readRows } from './read-rows.ts';
import { startPositions } from './start-positions.ts';

const logger = createLogger({ service: 'console', level: 'silent' });
const lane = 'mortgage.boosted.live';

test('a topic is read on where the store is, from the log’s start where that is later, and again where it is another', async (t) => {
  const { writer, connection } = await openTestStore(t);
  let bounds = [
    { start: 0, end: 8 },
    { start: 0, end: 9 },
  ];
  const at = async (): Promise<unknown> => {
    const admin = { bounds: () => Promise.resolve(bounds) };
    const found = await startPositions({ writer, admin, topic: 'a', rows: { table: 'pairs', lane }, logger });
    return Object.fromEntries(found);
  };
  assert.deepEqual(await at(), {});
  const rows = {
    kind: 'pairs',
    window: { lane, windowStart: 0, judgement: 1 },
    pairs: pairsOf(diverging()),
  } as const;
  for (const partition of [0, 1]) await writer.add({ topic: 'a', partition, offset: 6, rows });
  await writer.add({ topic: 'b', partition: 0, offset: 3, rows: { kind: 'nothing' } });
  assert.deepEqual(await at(), { 0: 7, 1: 7 });
  bounds = [
    { start: 0, end: 7 },
    { start: 8, end: 9 },
  ];
  assert.deepEqual(await at(), { 0: 7, 1: 8 });
  bounds = [
    { start: 0, end: 7 },
    { start: 0, end: 2 },
  ];
  assert.deepEqual(await at(), {});
  assert.deepEqual(await readRows(connection, 'SELECT * FROM pairs'), []);
  assert.deepEqual(await readRows(connection, 'SELECT * FROM judgements'), []);
  assert.deepEqual(await readRows(connection, 'SELECT topic FROM offsets'), [{ topic: 'b' }]);
  assert.deepEqual(Object.fromEntries(writer.positions('b')), { 0: 4 });
});
