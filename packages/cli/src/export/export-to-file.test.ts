import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { suite, test, type TestContext } from 'node:test';
import { exportToFile } from './export-to-file.ts';

async function start(t: TestContext, listener: RequestListener) {
  const folder = mkdtempSync(join(tmpdir(), 'understudy-export-'));
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  });
  const shown = new PassThrough();
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const progress = shown as unknown as NodeJS.WriteStream;
  const out = join(folder, 'pairs');
  const write = () => exportToFile(url, { out, progress });
  return { folder, out, write, shown: () => String(shown.read()) };
}

suite('an export', () => {
  test('is there when all of it has come', async (t) => {
    const { folder, out, write, shown } = await start(t, (_request, response) => {
      response.setHeader('x-understudy-rows', 3);
      response.write('{"a":1}\n{"a"');
      response.end(':2}\n{"a":3}\n');
    });
    writeFileSync(out, 'an older one');
    assert.deepEqual(await write(), { rows: 3, bytes: 24 });
    assert.equal(readFileSync(out, 'utf8'), '{"a":1}\n{"a":2}\n{"a":3}\n');
    assert.deepEqual(readdirSync(folder), ['pairs']);
    assert.match(shown(), /3 of 3 pairs/);
  });

  test('that breaks off, or is short, leaves what was there', async (t) => {
    let isShort = true;
    const { folder, out, write } = await start(t, (_request, response) => {
      response.setHeader('x-understudy-rows', 3);
      response.write('{"a":1}\n', () => void (isShort ? response.end() : response.destroy()));
    });
    writeFileSync(out, 'an older one');
    await assert.rejects(write(), /broke off \(1 of 3 pairs have come\)/);
    isShort = false;
    await assert.rejects(write(), /broke off/);
    assert.equal(readFileSync(out, 'utf8'), 'an older one');
    assert.deepEqual(readdirSync(folder), ['pairs']);
  });

  test('that the console refuses says why', async (t) => {
    const { write } = await start(t, (_request, response) => {
      response.statusCode = 404;
      response.end('{"error":"no-such-lane","message":"There are these lanes: a."}');
    });
    await assert.rejects(write(), /\(404\): There are these lanes: a\./);
  });
});
