import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLogger, createMetrics } from '@understudy/telemetry';
import { below, type Draw, drawing } from '../../test/draws.ts';
import { feedLog, recordedLog } from '../../test/recorded-log.ts';
import { openStore, type Store } from './open-store.ts';
import { readRows } from './read-rows.ts';
import { createStoreMetrics } from './store-metrics.ts';
import { StoreWriter } from './store-writer.ts';

const logger = createLogger({ service: 'console', level: 'silent' });
const seed = 7;

async function open(path: string): Promise<{ readonly store: Store; readonly writer: StoreWriter }> {
  const store = await openStore({ path, memoryBytes: 64 * 2 ** 20, logger });
  const metrics = createStoreMetrics(createMetrics({ service: 'console' }));
  const writer = await StoreWriter.open(store, { metrics, onOver: (error) => assert.fail(error) });
  return { store, writer };
}

/** All that a store holds, in an order of its own. */
async function contentOf(store: Store): Promise<Record<string, readonly unknown[]>> {
  const connection = await store.connect();
  const content: Record<string, readonly unknown[]> = {};
  for (const table of ['offsets', 'judgements', 'pairs', 'labels', 'reviews'])
    content[table] = await readRows(connection, `SELECT * FROM ${table} ORDER BY ALL`);
  connection.closeSync();
  return content;
}

/** What a store holds that was filled in one go. */
async function rebuilt(order: number): Promise<Record<string, readonly unknown[]>> {
  const { store, writer } = await open('memory');
  await feedLog(writer, { seed, order });
  await writer.settled();
  const content = await contentOf(store);
  await writer.close();
  store.close();
  return content;
}

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'store.duckdb');
}

/** Fills the store in a process of its own, which is killed in some moment of a transaction. Resolves to whether it was. */
async function fillUntilKilled(path: string, order: number, draw: Draw): Promise<boolean> {
  const transactions = 2 + below(draw, 10);
  const script = fileURLToPath(new URL('../../test/fill-store.ts', import.meta.url));
  const child = spawn(process.execPath, [script, path, String(seed), String(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let committed = 0;
  for await (const _line of createInterface({ input: child.stdout })) {
    committed += 1;
    if (committed === transactions) setTimeout(() => child.kill('SIGKILL'), draw(20));
  }
  const [, signal] = (await exited) as [number | null, string | null];
  return signal === 'SIGKILL';
}

suite('the writer of the store', () => {
  test('a process that is killed again and again leaves what one reading of the log leaves', async (t) => {
    const path = temporaryFile(t);
    const draw = drawing(seed);
    let kills = 0;
    while (await fillUntilKilled(path, kills + 1, draw)) kills += 1;
    assert.ok(kills >= 3, `${kills} kills`);
    const { store, writer } = await open(path);
    assert.deepEqual(await contentOf(store), await rebuilt(99));
    await writer.close();
    store.close();
  });

  test('what it holds does not depend on which partition is read first', async () => {
    const content = await rebuilt(1);
    assert.deepEqual(await rebuilt(2), content);
    const log = recordedLog(seed).flat();
    const pairs = log.flatMap(({ rows }) => (rows.kind === 'pairs' ? rows.pairs : []));
    const held = content['pairs'] ?? [];
    assert.ok(held.length > 0 && held.length < pairs.length, 'windows that were judged again are in it once');
  });

  test('a record that comes again is passed over', async () => {
    const { store, writer } = await open('memory');
    const records = recordedLog(seed)[0] ?? [];
    for (const record of [...records, ...records]) await writer.add(record);
    await writer.settled();
    const once = await contentOf(store);
    await writer.close();
    const again = await StoreWriter.open(store, {
      metrics: createStoreMetrics(createMetrics({ service: 'console' })),
      onOver: (error) => assert.fail(error),
    });
    for (const record of records) await again.add(record);
    await again.settled();
    assert.deepEqual(await contentOf(store), once);
    assert.equal(
      again.positions('labels').get(0),
      1 + (records.findLast(({ topic }) => topic === 'labels')?.offset ?? NaN),
    );
    await again.close();
    store.close();
  });

  test('who reads faster than the disk takes is made to wait', async () => {
    const { store, writer } = await open('memory');
    const first = recordedLog(seed)[0]?.find(({ rows }) => rows.kind === 'pairs');
    if (first?.rows.kind !== 'pairs') assert.fail('no pairs');
    const [pair] = first.rows.pairs;
    if (pair === undefined) assert.fail('no pair');
    const many = { ...first.rows, pairs: Array.from({ length: 10_000 }, () => pair) };
    await writer.add({ ...first, rows: many }); // is being committed
    let isTaken = false;
    const taken = writer.add({ ...first, offset: first.offset + 1, rows: many }).then(() => {
      isTaken = true;
    });
    await Promise.resolve();
    assert.equal(isTaken, false);
    await taken;
    await writer.settled();
    assert.equal((await contentOf(store))['pairs']?.length, 20_000);
    await writer.close();
    store.close();
  });

  test('after a transaction that failed nothing is taken, and nobody waits', async () => {
    const store = await openStore({ path: 'memory', memoryBytes: 64 * 2 ** 20, logger });
    const failures: Error[] = [];
    const metrics = createStoreMetrics(createMetrics({ service: 'console' }));
    const writer = await StoreWriter.open(store, { metrics, onOver: (error) => failures.push(error) });
    await writer.run(async (connection) => void (await connection.run('DROP TABLE pairs')));
    const records = recordedLog(seed)[0] ?? [];
    const added = Promise.all(records.map((record) => writer.add(record)));
    await assert.rejects(
      writer.run(async () => {}),
      /could not write to its store/,
    );
    await added;
    await writer.settled();
    assert.equal(failures.length, 1);
    await assert.rejects(
      writer.run(async () => {}),
      /could not write to its store/,
    );
    await writer.close();
    store.close();
  });

  test('a store of another log is emptied', async () => {
    const { store, writer } = await open('memory');
    assert.equal(await writer.claim('ours'), true);
    for (const record of recordedLog(seed)[0] ?? []) await writer.add(record);
    assert.equal(await writer.claim('ours'), true);
    assert.equal(await writer.claim('theirs'), false);
    assert.deepEqual(await contentOf(store), {
      offsets: [],
      judgements: [],
      pairs: [],
      labels: [],
      reviews: [],
    });
    assert.equal(writer.positions('labels').size, 0);
    await writer.close();
    store.close();
  });
});
