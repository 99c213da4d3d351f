import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite, test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLogger } from '@understudy/telemetry';
import { openStore, type Store } from './open-store.ts';
import { readRows } from './read-rows.ts';

const logger = createLogger({ service: 'console', level: 'silent' });
const memoryBytes = 64 * 2 ** 20;

function temporaryFile(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-store-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return join(folder, 'kept', 'store.duckdb');
}

async function run(store: Store, sql: string): Promise<readonly unknown[]> {
  const connection = await store.connect();
  const rows = await readRows(connection, sql);
  connection.closeSync();
  return rows;
}

suite('opening the store', () => {
  test('what was stored is there again, in a folder that is not committed by accident', async (t) => {
    const path = temporaryFile(t);
    const first = await openStore({ path, memoryBytes, logger });
    await run(first, `INSERT INTO offsets VALUES ('a', 0, 7)`);
    first.close();
    const second = await openStore({ path, memoryBytes, logger });
    assert.deepEqual(await run(second, 'SELECT * FROM offsets'), [{ topic: 'a', part: 0, next: 7 }]);
    second.close();
    assert.equal(readFileSync(join(path, '..', '.gitignore'), 'utf8'), '*\n');
  });

  test('in memory nothing is left, and no file', async () => {
    const first = await openStore({ path: 'memory', memoryBytes, logger });
    assert.equal(first.file, null);
    await run(first, `INSERT INTO offsets VALUES ('a', 0, 7)`);
    first.close();
    const second = await openStore({ path: 'memory', memoryBytes, logger });
    assert.deepEqual(await run(second, 'SELECT * FROM offsets'), []);
    second.close();
    assert.equal(existsSync('memory'), false);
  });

  test('a file of another version, or one that is broken, is made anew', async (t) => {
    const path = temporaryFile(t);
    const older = await openStore({ path, memoryBytes, logger });
    await run(older, `INSERT INTO offsets VALUES ('a', 0, 7)`);
    await run(older, 'UPDATE about SET version = 0');
    older.close();
    const newer = await openStore({ path, memoryBytes, logger });
    assert.deepEqual(await run(newer, 'SELECT * FROM offsets'), []);
    newer.close();
    writeFileSync(path, 'no database'.repeat(1_000));
    const again = await openStore({ path, memoryBytes, logger });
    assert.deepEqual(await run(again, 'SELECT * FROM offsets'), []);
    again.close();
  });

  test('a file that another process has open is left alone, and the person is told', async (t) => {
    const path = temporaryFile(t);
    (await openStore({ path, memoryBytes, logger })).close();
    const before = readFileSync(path);
    const holder = spawn(
      process.execPath,
      [
        '--input-type=module',
        '--eval',
        `const { DuckDBInstance } = await import('@duckdb/node-api');
         const held = await DuckDBInstance.create(${JSON.stringify(path)});
         process.stdout.write('open');
         process.stdin.resume();
         process.stdin.on('end', () => held.closeSync());`,
      ],
      { cwd: fileURLToPath(new URL('.', import.meta.url)), stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const exited = once(holder, 'exit');
    await once(holder.stdout, 'data');
    await assert.rejects(
      openStore({ path, memoryBytes, logger }),
      /Another process has the store .* console\.store\.path/,
    );
    holder.stdin.end();
    await exited;
    assert.deepEqual(readFileSync(path), before);
  });

  test('where nothing can be written, the person is told what to set', async (t) => {
    const path = temporaryFile(t);
    writeFileSync(join(path, '..', '..', 'kept'), 'a file where a folder is to be');
    await assert.rejects(
      openStore({ path, memoryBytes, logger }),
      /can't be written at .*console\.store\.path/,
    );
  });
});
